/** Slack's rich text and mrkdwn as nodes. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */

import { h, link } from "./dom.js";
import { characterOf } from "./emoji.js";

/** A rich_text block's elements. `names` are people's and channels' names by id. */
export function richText(elements, names) {
  return elements.map((element) => richElement(element, names));
}

function richElement(element, names) {
  const inner = () => (element.elements ?? []).map((one) => inlineElement(one, names));
  switch (element.type) {
    case "rich_text_section":
      return h("div", { class: "rt-section" }, inner());
    case "rich_text_quote":
      return h("blockquote", {}, inner());
    case "rich_text_preformatted":
      return h("pre", {}, inner());
    case "rich_text_list":
      return h(
        element.style === "ordered" ? "ol" : "ul",
        { class: `indent-${Math.min(element.indent ?? 0, 8)}`, start: element.style === "ordered" ? (element.offset ?? 0) + 1 : null },
        (element.elements ?? []).map((item) => h("li", {}, richElement(item, names))),
      );
    default:
      return h("div", { class: "unknown" }, `${element.type}`);
  }
}

function inlineElement(element, names) {
  switch (element.type) {
    case "text":
      return styled(element.text, element.style);
    case "link":
      return styled(link(element.url, {}, element.text || element.url), element.style);
    case "emoji":
      return h("span", { class: "emoji", role: "img", "aria-label": element.name }, characterOf(element.name, element.unicode));
    case "user":
      return mention(`@${names.get(element.user_id) ?? element.user_id}`);
    case "channel":
      return mention(`#${names.get(element.channel_id) ?? element.channel_id}`);
    case "usergroup":
      return mention(`@${element.usergroup_id}`);
    case "broadcast":
      return mention(`@${element.range}`);
    case "date":
      return element.fallback ?? new Date(element.timestamp * 1000).toLocaleString();
    case "color":
      return h("code", {}, element.value);
    default:
      return h("span", { class: "unknown" }, element.type);
  }
}

function styled(content, style = {}) {
  let drawn = content;
  if (style.code) drawn = h("code", {}, drawn);
  if (style.strike) drawn = h("s", {}, drawn);
  if (style.underline) drawn = h("u", {}, drawn);
  if (style.italic) drawn = h("em", {}, drawn);
  if (style.bold) drawn = h("strong", {}, drawn);
  return drawn;
}

const mention = (text) => h("span", { class: "mention" }, text);

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const decoded = (text) => text.replace(/&(?:amp|lt|gt);/g, (found) => ENTITIES[found]);

const RULES = [
  [/<((?:https?:\/\/|mailto:)[^\s|>]+)(?:\|([^>]*))?>/y, (found) => link(decoded(found[1]), {}, decoded(found[2] || found[1]))],
  [/<@(\w+)(?:\|[^>]*)?>/y, (found, names) => mention(`@${names.get(found[1]) ?? found[1]}`)],
  [/<#(\w+)(?:\|([^>]*))?>/y, (found, names) => mention(`#${names.get(found[1]) ?? found[2] ?? found[1]}`)],
  [/<!(here|channel|everyone)(?:\|[^>]*)?>/y, (found) => mention(`@${found[1]}`)],
  [/<!date\^[^|>]*\|([^>]*)>/y, (found) => decoded(found[1])],
  [/`([^`\n]+)`/y, (found) => h("code", {}, decoded(found[1]))],
  [/(?<!\w)\*(?=\S)([^*\n]+?)(?<=\S)\*(?!\w)/y, (found, names) => h("strong", {}, inlineMrkdwn(found[1], names))],
  [/(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)/y, (found, names) => h("em", {}, inlineMrkdwn(found[1], names))],
  [/(?<!\w)~(?=\S)([^~\n]+?)(?<=\S)~(?!\w)/y, (found, names) => h("s", {}, inlineMrkdwn(found[1], names))],
  [/:([a-z0-9_+-]+):/y, (found) => h("span", { class: "emoji" }, characterOf(found[1]))],
];

/** A text object: plain, or mrkdwn. */
export function textObject(object, names) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : [h("span", { class: "plain" }, object.text)];
}

/** mrkdwn with its code blocks, quotes and lines. */
export function mrkdwn(text, names) {
  return text.split(/(```[\s\S]+?```)/).flatMap((part) => {
    if (/^```[\s\S]+```$/.test(part)) return [h("pre", {}, decoded(part.slice(3, -3).replace(/^\n/, "")))];
    return part.split(/((?:^(?:>|&gt;).*(?:\n|$))+)/m).filter(Boolean).map((piece) => {
      if (/^(?:>|&gt;)/.test(piece)) return h("blockquote", {}, inlineMrkdwn(piece.replace(/^(?:>|&gt;) ?/gm, "").trimEnd(), names));
      return h("span", { class: "plain" }, inlineMrkdwn(piece, names));
    });
  });
}

function inlineMrkdwn(text, names) {
  const drawn = [];
  let plain = "";
  for (let index = 0; index < text.length; ) {
    let length = 0;
    for (const [rule, draw] of "<`*_~:".includes(text[index]) ? RULES : []) {
      rule.lastIndex = index;
      const found = rule.exec(text);
      if (found) {
        drawn.push(decoded(plain), draw(found, names));
        plain = "";
        length = found[0].length;
        break;
      }
    }
    if (!length) plain += text[index];
    index += length || 1;
  }
  return [...drawn, decoded(plain)].filter((part) => part !== "");
}
