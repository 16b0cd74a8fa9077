/** Discord's markup as nodes. https://support.discord.com/hc/en-us/articles/210298617 */

import { h, link } from "./dom.js";
import { stamped, whole } from "./times.js";

const DEEPEST = 12;
const BODY = String.raw`((?:\\[\s\S]|[^\\])+?)`;

const RULES = [
  [/\\([^\w\s])/y, (found) => found[1]],
  [/(`+)(?!`)([\s\S]*?[^`])\1(?!`)/y, (found) => h("code", {}, found[2].replace(/^ (.*) $/s, "$1"))],
  [/<(https?:\/\/[^\s<>]+)>/y, (found) => link(found[1], {}, found[1])],
  [/<@!?(\d+)>/y, (found, at) => mention(`@${at.names.get(found[1]) ?? "unknown-user"}`)],
  [/<@&(\d+)>/y, () => mention("@role")],
  [/<#(\d+)>/y, (found, at) => mention(`#${at.names.get(found[1]) ?? "unknown"}`)],
  [/<a?:(\w+):\d+>/y, (found) => `:${found[1]}:`],
  [/<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y, (found) => moment(Number(found[1]), found[2])],
  [/\[((?:\\[\s\S]|[^\[\]\\\n])+)\]\(<?((?:https?:\/\/|mailto:)(?:\\[\s\S]|[^\s()<>]|\([^\s()]*\))+)>?(?:\s+"[^"\n]*")?\)/y,
    (found, at) => link(found[2].replace(/\\([^\w\s])/g, "$1"), { title: found[2] }, inline(found[1], at))],
  [/https?:\/\/[^\s<]*[^\s<.,:;"'\])]/y, (found) => link(found[0], {}, found[0])],
  [new RegExp(String.raw`\*\*\*(?=\S)${BODY}\*\*\*(?!\*)`, "y"), (found, at) => h("em", {}, h("strong", {}, inline(found[1], at)))],
  [new RegExp(String.raw`\*\*(?=\S)${BODY}\*\*(?!\*)`, "y"), (found, at) => h("strong", {}, inline(found[1], at))],
  [new RegExp(String.raw`__(?=\S)${BODY}__(?!_)`, "y"), (found, at) => h("u", {}, inline(found[1], at))],
  [new RegExp(String.raw`~~(?=\S)${BODY}~~`, "y"), (found, at) => h("s", {}, inline(found[1], at))],
  [new RegExp(String.raw`\|\|(?=\S)${BODY}\|\|`, "y"), (found, at) => spoiler(inline(found[1], at))],
  [new RegExp(String.raw`\*(?=\S)${BODY}(?<=\S)\*(?!\*)`, "y"), (found, at) => h("em", {}, inline(found[1], at))],
  [new RegExp(String.raw`(?<!\w)_(?=\S)${BODY}(?<=\S)_(?!\w)`, "y"), (found, at) => h("em", {}, inline(found[1], at))],
  [/@(?:everyone|here)\b/y, (found) => mention(found[0])],
];

/** A text with all of its blocks. `names` are people's and channels' names by id. */
export function discordText(text, names) {
  const at = { names, depth: 0 };
  return text.split(/(```[\s\S]+?```)/).flatMap((part) => {
    const fence = /^```(?:([\w+-]*)\n)?([\s\S]+?)\n?```$/.exec(part);
    return fence ? [h("pre", {}, h("code", {}, fence[2]))] : lines(part, at);
  });
}

function lines(text, at) {
  const drawn = [];
  let paragraph = [];
  let list = null;
  const close = () => {
    if (paragraph.length) drawn.push(h("p", {}, inline(paragraph.join("\n"), at)));
    paragraph = [];
    list = null;
  };
  const all = text.replace(/^\n|\n$/g, "").split("\n");
  for (let index = 0; index < all.length; index += 1) {
    const line = all[index];
    let found;
    if ((found = /^(#{1,3}) +(.+)/.exec(line))) {
      close();
      drawn.push(h("p", { class: `heading h${found[1].length}`, role: "heading", "aria-level": Math.max(3, found[1].length + 1) }, inline(found[2], at)));
    } else if ((found = /^-# +(.+)/.exec(line))) {
      close();
      drawn.push(h("p", { class: "subtext" }, inline(found[1], at)));
    } else if (/^>>> /.test(line)) {
      close();
      drawn.push(h("blockquote", {}, lines([line.slice(4), ...all.slice(index + 1)].join("\n"), at)));
      break;
    } else if (/^> /.test(line)) {
      close();
      const quoted = [];
      for (; index < all.length && /^> ?/.test(all[index]); index += 1) quoted.push(all[index].replace(/^> ?/, ""));
      index -= 1;
      drawn.push(h("blockquote", {}, lines(quoted.join("\n"), at)));
    } else if ((found = /^( *)(?:([-*])|(\d{1,10})\.) +(.+)/.exec(line))) {
      const ordered = found[3] !== undefined;
      if (!list || (list.tagName === "OL") !== ordered) {
        close();
        list = h(ordered ? "ol" : "ul", ordered ? { start: found[3] } : {});
        drawn.push(list);
      }
      list.append(h("li", { class: found[1].length > 1 ? "inner" : null }, inline(found[4], at)));
    } else if (line.trim()) {
      if (list) close();
      paragraph.push(line);
    } else if (paragraph.length || list) {
      close();
    }
  }
  close();
  return drawn;
}

function inline(text, at) {
  if (at.depth >= DEEPEST) return [text];
  const inner = { ...at, depth: at.depth + 1 };
  const drawn = [];
  let plain = "";
  for (let index = 0; index < text.length; ) {
    let taken = null;
    for (const [rule, draw] of "\\`<[h*_~|@".includes(text[index]) ? RULES : []) {
      rule.lastIndex = index;
      const found = rule.exec(text);
      if (found) {
        taken = [found[0].length, draw(found, inner)];
        break;
      }
    }
    if (taken) {
      if (typeof taken[1] === "string") plain += taken[1];
      else {
        drawn.push(plain, taken[1]);
        plain = "";
      }
      index += taken[0];
    } else {
      plain += text[index];
      index += 1;
    }
  }
  return [...drawn, plain].filter((part) => part !== "");
}

const mention = (text) => h("span", { class: "mention" }, text);

function moment(seconds, style) {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `<t:${seconds}>` : h("time", { class: "moment", title: whole(date) }, stamped(seconds, style));
}

/** Text that shows when it is pressed. */
function spoiler(children) {
  const hidden = h("button", { type: "button", class: "spoiler", "aria-label": "Spoiler: press to read" }, h("span", {}, children));
  hidden.addEventListener("click", () => {
    hidden.classList.add("open");
    hidden.removeAttribute("aria-label");
  });
  return hidden;
}
