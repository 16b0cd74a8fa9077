/** Discord's messages, drawn from the payloads that the API holds. https://docs.discord.com/developers/components/reference */

import { h, icon, link } from "./dom.js";
import { discordText } from "./discord-text.js";
import { face, isCopied } from "./faces.js";
import { fileCard, picture, reactions, size, toolbar } from "./parts.js";
import { clock, discordTime, relative, whole } from "./times.js";

const GROUPED_FOR = 7 * 60_000;
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };
const REPLY = 19;
const EXCERPT = 220;

export const momentOf = (message) => new Date(message.raw.timestamp);

/** Discord's ids grow with time: this puts messages of one place in order. */
export const orderOf = (message) => BigInt(message.id || 0);

/** Whether a message goes on under the same head as the one before. */
export function continues(message, previous) {
  return Boolean(previous) && !message.private && !previous.private && message.raw.type !== REPLY && message.author === previous.author && message.by === previous.by
    && !previous.raw.thread && momentOf(message) - momentOf(previous) < GROUPED_FOR;
}

/** A message in a channel or a thread. */
export function drawMessage(message, at) {
  const raw = message.raw;
  const when = momentOf(message);
  const compact = at.compact;
  return h(
    "article",
    { class: `message ${compact ? "compact" : ""} ${message.private ? "private" : ""}`, id: `discord-${message.id}`, tabindex: "-1", "aria-label": `${message.author}, ${discordTime(when)}` },
    reference(message, at),
    compact ? h("time", { class: "side-time", title: whole(when) }, clock(when)) : face(message, "discord", { class: "avatar" }),
    h(
      "div",
      { class: "body" },
      compact ? null : h("header", {},
        h("span", { class: "author" }, message.author),
        message.by === "person" ? null : h("span", { class: "tag" }, "APP"),
        isCopied(message.author) ? h("span", { class: "sr" }, "copied from the other platform") : null,
        h("time", { title: whole(when), datetime: raw.timestamp }, discordTime(when))),
      h("div", { class: "content" }, content(message, at), raw.content ? edited(message) : null),
      (raw.attachments ?? []).map((file) => attachment(file, at)),
      (raw.embeds ?? []).map((embed) => drawEmbed(embed, at)),
      components(raw.components ?? [], message, at),
      raw.content ? null : edited(message),
      reactions(message, at),
      message.private ? h("p", { class: "only-you" }, icon("eye"), "Only you can see this · ", h("button", { type: "button", class: "text-button", onclick: () => at.deeds.dismiss(message) }, "Dismiss message")) : null,
      at.place === "channel" ? threadBox(message, at) : null,
    ),
    toolbar(message, at),
  );
}

function edited(message) {
  return message.edited && !message.private ? h("span", { class: "edited", title: whole(new Date(message.raw.edited_timestamp)) }, "(edited)") : null;
}

function content(message, at) {
  const names = new Map([...at.names, ...(message.raw.mentions ?? []).map((user) => [user.id, user.global_name || user.username])]);
  const text = message.raw.content || ((message.raw.flags ?? 0) & (1 << 7) ? `-# Roundtable is thinking…` : "");
  return discordText(text, names);
}

/** The line above a message: whom it answers, or who ran the command that it answers. */
function reference(message, at) {
  const raw = message.raw;
  if (raw.type === REPLY) {
    const target = raw.referenced_message;
    if (!target) return h("div", { class: "reference" }, h("em", {}, "Original message was deleted"));
    const name = target.author.global_name || target.author.username;
    return h("button", { type: "button", class: "reference", onclick: () => at.deeds.show(target.id) },
      h("span", { class: "author" }, `@${name}`), h("span", { class: "snippet" }, discordText(target.content || "…", at.names)));
  }
  if (raw.interaction_metadata?.type === 2) {
    const user = raw.interaction_metadata.user;
    return h("div", { class: "reference" }, h("span", { class: "author" }, user.global_name || user.username), " used a command");
  }
  return null;
}

function threadBox(message, at) {
  if (message.thread === null) return null;
  const last = message.thread.at(-1);
  const name = message.raw.thread?.name ?? message.title ?? "Thread";
  return h("button", { type: "button", class: "thread-box", onclick: () => at.deeds.openThread(message.id) },
    h("span", { class: "thread-name" }, h("strong", {}, name), h("span", { class: "thread-count" }, `${message.thread.length} ${message.thread.length === 1 ? "Message" : "Messages"} ›`)),
    last ? h("span", { class: "thread-last" }, face(last, "discord", { class: "avatar tiny" }), h("strong", {}, last.author), h("span", { class: "words" }, last.text.replace(/\s+/g, " ")), h("time", {}, relative(momentOf(last)))) : h("span", { class: "thread-last" }, "There are no messages in this thread yet."));
}

/** A forum's post among others. */
export function drawPost(message, at) {
  const words = message.text.replace(message.title ?? "", "").replace(/\s+/g, " ").trim();
  return h("button", { type: "button", class: "post", id: `discord-${message.id}`, onclick: () => at.deeds.openThread(message.id) },
    h("strong", { class: "post-title" }, message.title ?? "Post"),
    h("span", { class: "post-words" }, h("b", {}, `${message.author}: `), words.length > EXCERPT ? `${words.slice(0, EXCERPT)}…` : words),
    h("span", { class: "post-foot" }, icon("thread"), String(message.thread?.length ?? 0), " · ", relative(momentOf(message))));
}

// --- components ----------------------------------------------------------------------------------------------------

function components(list, message, at) {
  return list.map((component) => drawComponent(component, message, at));
}

/** One component with all that is in it. */
export function drawComponent(component, message, at) {
  const inner = () => components(component.components ?? [], message, at);
  switch (component.type) {
    case 1:
      return h("div", { class: "row" }, inner());
    case 2:
      return button(component, message, at);
    case 3: case 5: case 6: case 7: case 8:
      return select(component, message, at);
    case 9:
      return h("div", { class: "section" }, h("div", {}, inner()), component.accessory ? drawComponent(component.accessory, message, at) : null);
    case 10:
      return h("div", { class: "text-display" }, discordText(component.content, at.names));
    case 11:
      return hidden(component, picture(component.media?.url, component.description, at, { class: "thumbnail" }));
    case 12:
      return h("div", { class: "gallery" }, (component.items ?? []).map((item) => hidden(item, picture(item.media?.url, item.description, at))));
    case 13:
      return hidden(component, fileCard(component.name ?? component.file?.url?.split("/").pop() ?? "file", component.size ? size(component.size) : "File", component.file?.url));
    case 14:
      return h("hr", { class: `separator ${component.divider === false ? "blank" : ""} ${component.spacing === 2 ? "wide" : ""}` });
    case 17:
      return container(component, inner());
    default:
      return h("div", { class: "unknown" }, `component ${component.type}`);
  }
}

function container(component, children) {
  const drawn = h("div", { class: "container" }, children);
  if (Number.isInteger(component.accent_color)) drawn.style.setProperty("--accent", `#${component.accent_color.toString(16).padStart(6, "0")}`);
  return component.spoiler ? hidden(component, drawn) : drawn;
}

function hidden(component, drawn) {
  if (!component.spoiler) return drawn;
  const cover = h("details", { class: "covered" }, h("summary", {}, "Spoiler"), drawn);
  return cover;
}

function button(component, message, at) {
  const label = [component.emoji?.name ? h("span", { class: "emoji" }, component.emoji.name) : null, component.label ?? ""];
  const kind = `button ${STYLES[component.style] ?? "secondary"}`;
  if (component.url) return link(component.url, { class: kind }, label, h("span", { class: "sr" }, " (opens a page)"), h("span", { class: "out", "aria-hidden": "true" }, "↗"));
  const press = (event) => at.deeds.click(message, component.custom_id, event.currentTarget);
  return h("button", { type: "button", class: kind, disabled: component.disabled, onclick: press }, label);
}

function select(component, message, at) {
  const choose = (event) => at.deeds.click(message, component.custom_id, event.currentTarget, { chosen: [...event.currentTarget.selectedOptions].map((one) => one.value) });
  return h("select", { class: "select", "aria-label": component.placeholder ?? "Choose", disabled: component.disabled, onchange: choose },
    h("option", { value: "", hidden: true }, component.placeholder ?? "Make a selection"),
    (component.options ?? []).map((option) => h("option", { value: option.value, selected: option.default }, option.label)));
}

function attachment(file, at) {
  const address = at.origins.has(originOf(file.url)) ? file.url : null;
  if (file.content_type?.startsWith("image/")) return hidden({ spoiler: file.filename.startsWith("SPOILER_") }, picture(file.url, file.description || file.filename, at, { class: "attached" }));
  return fileCard(file.filename, size(file.size), address);
}

const originOf = (address) => {
  try {
    return new URL(address).origin;
  } catch {
    return "";
  }
};

function drawEmbed(embed, at) {
  const drawn = h("div", { class: "embed" },
    embed.author?.name ? h("small", {}, embed.author.name) : null,
    embed.title ? h("strong", {}, embed.url ? link(embed.url, {}, embed.title) : embed.title) : null,
    embed.description ? h("div", {}, discordText(embed.description, at.names)) : null,
    (embed.fields ?? []).map((field) => h("div", {}, h("strong", {}, field.name), discordText(field.value, at.names))),
    embed.footer?.text ? h("small", {}, embed.footer.text) : null);
  if (Number.isInteger(embed.color)) drawn.style.setProperty("--accent", `#${embed.color.toString(16).padStart(6, "0")}`);
  return drawn;
}
