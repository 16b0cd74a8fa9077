/** Faces for people: drawn from a key, so that somebody looks the same on both sides. */

import { h, shape } from "./dom.js";

const PALETTE = ["#e07a5f", "#3d7ea6", "#81b29a", "#c9963f", "#8e6fb5", "#d26a8f", "#5a8f5a", "#4f6d8f", "#b5654a", "#2f8f8b"];
const SKIN = ["#ffe3c9", "#f3c9a5", "#d9a178", "#b07a53", "#fff0dc"];

const SALT = "table129303"; // gives the people of the demo different faces

function hash(text) {
  let value = 2166136261;
  for (const sign of text) value = Math.imul(value ^ sign.codePointAt(0), 16777619);
  value = Math.imul(value ^ (value >>> 15), 2246822507);
  return (value ^ (value >>> 13)) >>> 0;
}

/** A picture of somebody; decoration beside their name, so it says nothing to a screen reader. */
export function avatar(key, attributes = {}) {
  const seed = hash(SALT + key);
  const pick = (list, shift) => list[(seed >>> shift) % list.length];
  const ground = pick(PALETTE, 0);
  const coat = PALETTE[(PALETTE.indexOf(ground) + 3 + ((seed >>> 9) % 4)) % PALETTE.length];
  const skin = pick(SKIN, 4);
  const hair = pick(["#2b2118", "#5a3a22", "#a8642a", "#8c8c90", "#d9b25f", "#3a2f4f"], 12);
  const style = (seed >>> 17) % 4;
  const picture = shape("svg", { viewBox: "0 0 40 40", "aria-hidden": "true" });
  picture.append(shape("rect", { width: 40, height: 40, fill: ground }));
  if (style === 1) picture.append(shape("path", { d: "M9.5 31V18a10.5 10.5 0 0 1 21 0v13Z", fill: hair }));
  if (style === 2) picture.append(shape("circle", { cx: 20, cy: 8.5, r: 4.5, fill: hair }));
  picture.append(
    shape("path", { d: "M5 42c1-9 7-13 15-13s14 4 15 13Z", fill: coat }),
    shape("rect", { x: 16.5, y: 23, width: 7, height: 9, rx: 3.5, fill: skin }),
    shape("circle", { cx: 20, cy: 19, r: 8.5, fill: skin }),
    shape("path", { d: style === 3 ? "M11 18c0-7 4-10 9-10s9 3 9 10c-2-1-3-3-4-5-3 3-9 4-14 5Z" : "M11.2 17c0-6 4-9 8.8-9s8.8 3 8.8 9c-3-1-5-2.5-6-4.5-2 2.5-7 4.5-11.6 4.5Z", fill: hair }),
    shape("circle", { cx: 16.8, cy: 19.8, r: 1.1, fill: "#2a2a2a" }),
    shape("circle", { cx: 23.2, cy: 19.8, r: 1.1, fill: "#2a2a2a" }),
    shape("path", { d: "M17.2 23.3c1.8 1.6 3.8 1.6 5.6 0", fill: "none", stroke: "#2a2a2a", "stroke-width": 1.1, "stroke-linecap": "round" }),
  );
  return h("span", { class: "avatar", ...attributes }, picture);
}

/** The bot's picture. */
export function botAvatar(attributes = {}) {
  return h("span", { class: "avatar", ...attributes }, h("img", { src: "/page/mark.svg", alt: "", width: 40, height: 40 }));
}
