/** Who a message is by, as its payload says: the name, the picture and the platform that they write from. */

import { avatar, botAvatar } from "./avatar.js";
import { h } from "./dom.js";

const COPIED = /^(.*) · (Discord|Slack)$/su;

/** The key of a person's picture: the same for their own messages and for the copies of these. */
export function faceKey(name, side) {
  const copied = COPIED.exec(name);
  return copied ? `${copied[2].toLowerCase()}:${copied[1]}` : `${side}:${name}`;
}

/** Whether the name says that somebody writes from the other side. */
export const isCopied = (name) => COPIED.test(name);

/** The picture beside a message. A copy whose payload gives none gets the platform's plain one. */
export function face(message, side, attributes = {}) {
  const raw = message.raw ?? {};
  if (side === "discord") {
    if (message.by === "bot") return botAvatar(attributes);
    if (message.by === "webhook" && !raw.author?.avatar) return plain(attributes);
  } else {
    if (message.by === "bot" && !raw.username) return botAvatar(attributes);
    if (message.by === "bot" && !raw.icons) return plain(attributes);
  }
  return avatar(faceKey(message.author, side), attributes);
}

const plain = (attributes) => h("span", { class: "avatar plain-face", "aria-hidden": "true", ...attributes });
