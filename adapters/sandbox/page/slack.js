/** Slack's messages, drawn from the payloads that the Web API holds. https://docs.slack.dev/reference/block-kit/blocks */

import { h, icon, link } from "./dom.js";
import { face, isCopied } from "./faces.js";
import { fileCard, picture, reactions, size, toolbar } from "./parts.js";
import { mrkdwn, richText, textObject } from "./slack-text.js";
import { clock, relative, whole } from "./times.js";

const GROUPED_FOR = 5 * 60_000;
const MOST_FACES = 4;

export const momentOf = (message) => new Date(Number(message.raw.ts ?? message.id) * 1000);

/** Slack's ids are times: this puts messages of one place in order. */
export const orderOf = (message) => Number(message.id || 0);

/** Whether a message goes on under the same head as the one before. */
export function continues(message, previous) {
  return Boolean(previous) && !message.private && !previous.private && message.author === previous.author && message.by === previous.by
    && !previous.thread?.length && momentOf(message) - momentOf(previous) < GROUPED_FOR;
}

/** A message in a channel or a thread. */
export function drawMessage(message, at) {
  const raw = message.raw;
  const when = momentOf(message);
  const compact = at.compact;
  const alsoSent = at.place === "channel" && raw.subtype === "thread_broadcast";
  const edited = message.edited && !message.private ? h("span", { class: "edited" }, "(edited)") : null;
  return h(
    "article",
    { class: `message ${compact ? "compact" : ""} ${message.private ? "private" : ""}`, id: `slack-${alsoSent ? "also-" : ""}${message.id}`, tabindex: "-1", "aria-label": `${message.author}, ${clock(when)}` },
    message.private ? h("p", { class: "only-you" }, icon("eye"), "Only visible to you", h("button", { type: "button", class: "text-button", onclick: () => at.deeds.dismiss(message) }, "Dismiss")) : null,
    compact ? h("time", { class: "side-time", title: whole(when) }, clock(when)) : face(message, "slack", { class: "avatar" }),
    h(
      "div",
      { class: "body" },
      compact ? null : h("header", {},
        h("span", { class: "author" }, message.author),
        message.by === "person" ? null : h("span", { class: "tag" }, "APP"),
        isCopied(message.author) ? h("span", { class: "sr" }, "copied from the other platform") : null,
        h("time", { title: whole(when) }, clock(when))),
      alsoSent ? h("p", { class: "only-you" }, "replied to a thread", h("button", { type: "button", class: "text-button", onclick: () => at.deeds.openThread(raw.thread_ts) }, "View thread")) : null,
      h("div", { class: "content" }, raw.blocks?.length ? blocks(raw.blocks, message, at) : mrkdwn(raw.text ?? message.text, at.names), edited),
      (raw.attachments ?? []).map((one) => attachment(one, message, at)),
      (raw.files ?? []).map((file) => fileCard(file.title || file.name || "file", `${file.pretty_type ?? file.filetype ?? "File"}${file.size ? ` · ${size(file.size)}` : ""}`, null)),
      reactions(message, at),
      at.place === "channel" ? threadLine(message, at) : null,
    ),
    toolbar(message, at),
  );
}

function threadLine(message, at) {
  if (!message.thread?.length) return null;
  const writers = [...new Map(message.thread.map((one) => [one.author, one])).values()].slice(0, MOST_FACES);
  const count = message.thread.length;
  return h("button", { type: "button", class: "thread-line", onclick: () => at.deeds.openThread(message.id) },
    h("span", { class: "faces" }, writers.map((one) => face(one, "slack", { class: "avatar tiny" }))),
    h("strong", {}, `${count} ${count === 1 ? "reply" : "replies"}`),
    h("span", { class: "ago" }, `Last reply ${relative(momentOf(message.thread.at(-1)))}`),
    h("span", { class: "view" }, "View thread ›"));
}

// --- blocks --------------------------------------------------------------------------------------------------------

/** Blocks in order. In a modal `inputs` draws the input blocks. */
export function blocks(list, message, at, inputs = null) {
  return list.map((block) => drawBlock(block, message, at, inputs));
}

function drawBlock(block, message, at, inputs) {
  const names = at.names;
  switch (block.type) {
    case "rich_text":
      return h("div", { class: "rich-text" }, richText(block.elements, names));
    case "header":
      return h("p", { class: "header-block", role: "heading", "aria-level": 3 }, block.text.text);
    case "section":
      return h("div", { class: "section" },
        h("div", {}, textObject(block.text, names), block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, textObject(field, names)))) : null),
        block.accessory ? drawElement(block.accessory, message, at) : null);
    case "context":
      return h("div", { class: "context" }, block.elements.map((element) => (element.type === "image" ? picture(element.image_url, element.alt_text, at, { class: "context-image" }) : h("span", {}, textObject(element, names)))));
    case "divider":
      return h("hr", { class: "divider" });
    case "actions":
      return h("div", { class: "actions" }, block.elements.map((element) => drawElement(element, message, at)));
    case "image":
      return h("figure", { class: "image-block" }, block.title ? h("figcaption", {}, textObject(block.title, names)) : null, picture(block.image_url ?? block.slack_file?.url, block.alt_text, at));
    case "markdown":
      return h("div", {}, mrkdwn(block.text, names));
    case "input":
      return inputs ? inputs(block) : h("div", { class: "unknown" }, "input");
    default:
      return h("div", { class: "unknown" }, `${block.type} block`);
  }
}

function drawElement(element, message, at) {
  const press = (event) => at.deeds.click(message, element.action_id, event.currentTarget);
  switch (element.type) {
    case "button": {
      const kind = `button ${element.style ?? ""}`;
      const attributes = { "aria-label": element.accessibility_label };
      if (element.url) return link(element.url, { class: kind, onclick: () => at.deeds.click(message, element.action_id, null), ...attributes }, element.text.text);
      return h("button", { type: "button", class: kind, onclick: press, ...attributes }, element.text.text);
    }
    case "image":
      return picture(element.image_url, element.alt_text, at, { class: "thumbnail" });
    case "overflow":
    case "static_select": {
      const choose = (event) => at.deeds.click(message, element.action_id, event.currentTarget, { chosen: event.currentTarget.value });
      const shown = element.placeholder?.text ?? "More";
      return h("select", { class: "select", "aria-label": shown, onchange: choose }, h("option", { value: "", hidden: true }, shown),
        (element.options ?? []).map((option) => h("option", { value: option.value, selected: option.value === element.initial_option?.value }, option.text.text)));
    }
    default:
      return h("span", { class: "unknown" }, element.type);
  }
}

function attachment(one, message, at) {
  return h("div", { class: "attachment" },
    one.service_name || one.author_name ? h("small", {}, one.service_name ?? one.author_name) : null,
    one.title ? h("strong", {}, link(one.title_link ?? one.from_url ?? "", {}, one.title)) : null,
    one.blocks ? blocks(one.blocks, message, at) : one.text ? h("div", {}, mrkdwn(one.text, at.names)) : null);
}
