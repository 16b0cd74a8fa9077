/** What messages of both platforms have in common: reactions, what can be done with them, attached files. */

import { h, icon, iconButton, link } from "./dom.js";
import { OFFERED } from "./emoji.js";
import { openMenu } from "./menus.js";

const SHORTCUTS = ["Edit comment", "Delete comment"];
const SIZES = ["bytes", "kB", "MB"];

/** The reactions under a message, each a switch for the person who is on. */
export function reactions(message, at) {
  const all = Object.entries(message.reactions);
  if (!all.length) return null;
  return h(
    "div",
    { class: "reactions" },
    all.map(([emoji, users]) => {
      const mine = users.includes(at.viewer.id);
      const who = users.map((user) => at.names.get(user) ?? "Roundtable").join(", ");
      const press = () => at.deeds.react(message, emoji, !mine);
      const label = `${emoji} ${users.length}, ${who}`;
      return h("button", { type: "button", class: "reaction", "aria-pressed": String(mine), "aria-label": label, title: who, onclick: press },
        h("span", { class: "emoji" }, emoji), h("span", { class: "count" }, users.length));
    }),
    h("button", { type: "button", class: "reaction add", "aria-label": "Add a reaction", title: "Add a reaction", onclick: (event) => pickEmoji(event.currentTarget, message, at) }, icon("smile")),
  );
}

function pickEmoji(anchor, message, at) {
  openMenu(anchor, "Reactions", OFFERED.map((emoji) => ({ label: emoji, big: true, run: () => at.deeds.react(message, emoji, true) })));
}

/** The tools that show when a message is pointed at or focused. */
export function toolbar(message, at) {
  if (message.private) return null;
  const own = message.by === "person";
  const comment = at.place === "thread" && !own;
  const who = own && message.author !== at.viewer.name ? ` as ${message.author}` : "";
  const more = [
    ...(own ? [{ label: `Delete${who}`, icon: "bin", danger: true, run: () => at.deeds.remove(message) }] : []),
    ...(comment ? SHORTCUTS.map((name) => ({ label: name, hint: "Roundtable", run: () => at.deeds.shortcut(message, name) })) : []),
    ...(!own && at.viewer.admin ? [{ label: `Delete as ${at.viewer.name}`, icon: "bin", danger: true, run: () => at.deeds.remove(message, at.viewer.name) }] : []),
    { label: "Show the payload", hint: "JSON", run: () => at.deeds.showPayload(message) },
  ];
  return h(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": `Message by ${message.author}` },
    OFFERED.slice(0, 2).map((emoji) => h("button", { type: "button", class: "icon-button quick", "aria-label": `React with ${emoji}`, onclick: () => at.deeds.react(message, emoji, !(message.reactions[emoji] ?? []).includes(at.viewer.id)) }, h("span", { class: "emoji" }, emoji))),
    iconButton("smile", "Add a reaction", (event) => pickEmoji(event.currentTarget, message, at)),
    at.canReply(message) ? iconButton("reply", at.replyLabel, () => at.deeds.reply(message)) : null,
    own ? iconButton("pencil", `Edit${who}`, () => at.deeds.edit(message)) : null,
    iconButton("dots", "More", (event) => openMenu(event.currentTarget, "More", more), { "aria-haspopup": "menu" }),
  );
}

/** A size for people. */
export function size(bytes) {
  let unit = 0;
  let value = bytes;
  for (; value >= 1000 && unit < SIZES.length - 1; unit += 1) value /= 1000;
  return `${unit ? value.toFixed(1) : value} ${SIZES[unit]}`;
}

/** An attached file as a small card. */
export function fileCard(name, detail, address) {
  return h("div", { class: "file-card" }, icon("page"), h("div", {}, address ? link(address, {}, name) : h("span", { class: "file-name" }, name), h("small", {}, detail)));
}

/** A picture that stands elsewhere: this page loads nothing from other hosts, so it says what stands there. */
export function picture(address, alt, at, attributes = {}) {
  let origin = "";
  try {
    origin = new URL(address).origin;
  } catch {
    origin = "";
  }
  if (at.origins.has(origin)) return h("img", { src: address, alt: alt || "", loading: "lazy", class: "picture", ...attributes });
  return h("figure", { class: "picture absent", ...attributes }, icon("page"), h("figcaption", {}, alt || "Picture", h("small", {}, origin.replace(/^https?:\/\//, "") || "no address")));
}
