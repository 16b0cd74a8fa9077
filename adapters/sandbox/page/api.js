/** The control API, as its client sees it: every call answers, or tells the visitor in one line why not. */

import { h } from "./dom.js";

const SHOWN_FOR = 6000;

async function answerOf(response) {
  const told = await response.json().catch(() => ({ error: `the sandbox answered ${response.status}` }));
  if (!response.ok) throw new Error(told.error ?? `the sandbox answered ${response.status}`);
  return told;
}

/** Ask the control API to do something; throws an `Error` with the line that it gives. */
export async function act(action, body) {
  let response;
  try {
    response = await fetch(`/control/${action}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  } catch {
    throw new Error("The demo has ended. Start it again with make demo.");
  }
  return answerOf(response);
}

/** Read something of the control API. */
export async function read(what) {
  return answerOf(await fetch(`/control/${what}`));
}

/** Say something to the visitor for some seconds. */
export function toast(line, kind = "note") {
  const shown = h("p", { class: `toast ${kind}` }, line);
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), SHOWN_FOR);
}

/** Do something that may be refused, and say so where it is; answers undefined then. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(sentence(error.message), "error");
    return undefined;
  }
}

function sentence(line) {
  const whole = line.charAt(0).toUpperCase() + line.slice(1);
  return /[.!?…"]$/u.test(whole) ? whole : `${whole}.`;
}

/** Files that the visitor chose, as the control API takes them. */
export async function asFiles(list) {
  return Promise.all([...list].map(async (file) => ({ name: file.name, type: file.type || null, content: await base64(file) })));
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result).split(",", 2)[1] ?? ""));
    reader.addEventListener("error", () => reject(new Error(`${file.name} can't be read`)));
    reader.readAsDataURL(file);
  });
}
