/** Modals, drawn from what the bot opened: Discord's components, Slack's views. */

import { act, asFiles } from "./api.js";
import { h, iconButton } from "./dom.js";
import { discordText } from "./discord-text.js";
import { EXAMPLES } from "./examples.js";
import { blocks } from "./slack.js";
import { textObject } from "./slack-text.js";

const LONG_FIELD = 9;
const SHORT_FIELD = 3;
let forms = 0;

/** Open a modal, as `pane.viewer` sees it. */
export function openForm(pane, reply) {
  new Form(pane, reply).open();
}

class Form {
  constructor(pane, reply) {
    this.pane = pane;
    this.viewer = pane.viewer;
    this.number = forms += 1;
    this.dialog = h("dialog", { class: `form ${pane.side}`, "aria-labelledby": `form-${this.number}`, oncancel: (event) => { event.preventDefault(); this.close(); } });
    this.draw(reply);
  }

  open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.focusFirst();
  }

  focusFirst() {
    (this.dialog.querySelector("textarea, input, select, .button.submit") ?? this.dialog).focus();
  }

  draw(reply) {
    this.reply = reply;
    this.fields = new Map();
    const raw = reply.raw ?? {};
    const slack = this.pane.side === "slack";
    const canSend = slack ? Boolean(raw.submit) : true;
    this.error = h("p", { class: "form-error", role: "alert", hidden: true });
    const body = slack ? blocks(raw.blocks ?? [], { id: reply.modal, reactions: {} }, this.at(), (block) => this.input(block)) : (raw.components ?? []).map((one) => this.component(one));
    this.dialog.replaceChildren(
      h("form", { method: "dialog", novalidate: true, onsubmit: (event) => this.send(event) },
        h("header", {}, h("h2", { id: `form-${this.number}` }, reply.title), iconButton("close", "Close", () => this.close())),
        h("div", { class: "form-body" }, this.example(), body),
        this.error,
        h("footer", {},
          h("span", { class: "as" }, `as ${this.viewer.name}`),
          h("button", { type: "button", class: "button secondary", onclick: () => this.close() }, raw.close?.text ?? (canSend ? "Cancel" : "Close")),
          canSend ? h("button", { class: "button primary submit" }, raw.submit?.text ?? "Submit") : null)),
    );
    for (const [name, line] of Object.entries(reply.errors ?? {})) this.complain(line, name);
  }

  /** What blocks in a view ask for: their buttons act on the view. */
  at() {
    const click = async (_, action, button, values) => {
      button?.setAttribute("aria-busy", "true");
      await this.take({ action, ...(values ? { values } : {}) }, "click", { channel: this.pane.channel.id, id: this.reply.modal });
      button?.removeAttribute("aria-busy");
    };
    return { ...this.pane.at("form"), deeds: { ...this.pane.deeds, click } };
  }

  // --- fields ------------------------------------------------------------------------------------------------------

  /** One of Discord's components in a modal. */
  component(one) {
    if (one.type === 10) return h("div", { class: "text-display" }, discordText(one.content, this.pane.names));
    if (one.type === 1) return one.components.map((inner) => this.field(inner.label ?? "", "", this.discordControl(inner), inner.custom_id, inner.required !== false));
    if (one.type === 18) return this.field(one.label, one.description ?? "", this.discordControl(one.component), one.component.custom_id, one.component.required !== false);
    return h("div", { class: "unknown" }, `component ${one.type}`);
  }

  discordControl(one) {
    const name = one.custom_id;
    if (one.type === 4) return this.typed(name, one.style === 2, one.value, one.placeholder, one.max_length);
    if (one.type === 19) return this.files(name, one.max_values > 1);
    if (one.type === 3) return this.menu(name, one.options.map((option) => [option.value, option.label, option.default]), one.max_values > 1);
    return h("div", { class: "unknown" }, `component ${one.type}`);
  }

  /** One of Slack's input blocks. */
  input(block) {
    const control = this.slackControl(block.element, block.block_id);
    const hint = block.hint ? textObject(block.hint, this.pane.names) : "";
    return this.field(block.label.text, hint, control, block.block_id, !block.optional, block.element.action_id);
  }

  slackControl(element, name) {
    switch (element.type) {
      case "plain_text_input":
        return this.typed(name, element.multiline, element.initial_value, element.placeholder?.text, element.max_length);
      case "rich_text_input":
        return this.typed(name, true, this.shown(name, element), element.placeholder?.text);
      case "url_text_input": case "email_text_input": case "number_input":
        return this.typed(name, false, element.initial_value, element.placeholder?.text);
      case "file_input":
        return this.files(name, (element.max_files ?? 10) > 1, element.filetypes);
      case "static_select": case "radio_buttons": case "checkboxes": case "multi_static_select": {
        const many = element.type.startsWith("multi") || element.type === "checkboxes";
        const first = new Set([element.initial_option, ...(element.initial_options ?? [])].filter(Boolean).map((one) => one.value));
        return this.menu(name, (element.options ?? []).map((option) => [option.value, option.text.text, first.has(option.value)]), many);
      }
      default:
        return h("div", { class: "unknown" }, element.type);
    }
  }

  /** What stands in a field of rich text, as a person would type it. */
  shown(name, element) {
    return this.reply.fields.find((field) => field.id === element.action_id || field.id === name)?.value ?? "";
  }

  typed(name, long, value, placeholder, longest) {
    const attributes = { placeholder, maxlength: longest };
    const control = long ? h("textarea", { rows: this.fields.size ? SHORT_FIELD : LONG_FIELD, ...attributes }) : h("input", { type: "text", autocomplete: "off", ...attributes });
    control.value = value ?? "";
    this.fields.set(name, { control, value: async () => control.value });
    return control;
  }

  files(name, many, kinds) {
    const control = h("input", { type: "file", multiple: many, accept: kinds?.map((kind) => `.${kind}`).join() });
    this.fields.set(name, { control, value: () => (control.files.length ? asFiles(control.files) : undefined) });
    return control;
  }

  menu(name, options, many) {
    const control = h("select", { multiple: many }, many ? null : h("option", { value: "" }, "Choose"), options.map(([value, label, chosen]) => h("option", { value, selected: chosen }, label)));
    this.fields.set(name, { control, value: async () => (many ? [...control.selectedOptions].map((one) => one.value) : control.value || undefined) });
    return control;
  }

  field(label, hint, control, name, required, otherName = name) {
    const id = `field-${this.number}-${name}`;
    control.id = id;
    const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true });
    if (this.fields.has(name)) Object.assign(this.fields.get(name), { error, otherName });
    return h("div", { class: "field" }, h("label", { for: id }, label, required ? h("span", { class: "required", title: "required" }, " *") : h("span", { class: "optional" }, " (optional)")), control, hint ? h("p", { class: "hint" }, hint) : null, error);
  }

  /** Where an article is asked for, one to try with. */
  example() {
    const empty = [...this.fields.values()].find(({ control }) => control.tagName === "TEXTAREA" && !control.value);
    if (!empty || !/publish/i.test(this.reply.title)) return null;
    const fill = () => {
      const next = EXAMPLES[Math.floor(Math.random() * EXAMPLES.length)];
      empty.control.value = next;
      empty.control.focus();
      empty.control.setSelectionRange(0, 0);
      empty.control.scrollTop = 0;
    };
    return h("button", { type: "button", class: "text-button example", onclick: fill }, "Nothing at hand? Fill in an example article");
  }

  // --- sending -----------------------------------------------------------------------------------------------------

  complain(line, name = "") {
    for (const [id, { control, error, otherName }] of this.fields) {
      if (name && (name === id || name === otherName) && error) {
        error.textContent = line;
        error.hidden = false;
        control.setAttribute("aria-invalid", "true");
        control.setAttribute("aria-describedby", error.id);
        control.focus();
        return;
      }
    }
    this.error.textContent = line;
    this.error.hidden = false;
  }

  async send(event) {
    event.preventDefault();
    const button = this.dialog.querySelector(".submit");
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    const values = {};
    for (const [name, { value }] of this.fields) {
      const given = await value();
      if (given !== undefined && given.length) values[name] = given;
      else if (given === "") values[name] = "";
    }
    await this.take({ values, modal: this.reply.modal }, "submit", {}, true);
    button.removeAttribute("aria-busy");
    button.disabled = false;
  }

  /** Ask, and go on with what comes: the same modal drawn anew, another one, or the end. */
  async take(asked, action, where, sent = false) {
    let told;
    try {
      told = await act(action, { platform: this.pane.side, user: this.viewer.id, ...where, ...asked });
    } catch (error) {
      this.complain(error.message);
      return;
    }
    const modal = told.replies.find((reply) => reply.modal);
    if (modal) this.draw(modal);
    else if (sent) this.leave();
    if (modal) this.focusFirst();
    const failed = told.replies.find((reply) => !reply.modal && !Object.keys(reply.raw ?? {}).length);
    if (failed) this.complain(failed.text);
  }

  close() {
    act("close", { platform: this.pane.side, user: this.viewer.id, modal: this.reply.modal }).catch(() => undefined);
    this.leave();
  }

  leave() {
    this.dialog.close();
    this.dialog.remove();
  }
}

/** Show what was sent, as it was sent. */
export function showPayload(message) {
  const dialog = h("dialog", { class: "payload", "aria-labelledby": "payload-title" });
  const leave = () => dialog.close();
  dialog.append(
    h("header", {}, h("h2", { id: "payload-title" }, `What ${message.author} sent`), iconButton("close", "Close", leave)),
    h("pre", { tabindex: "0" }, JSON.stringify(message.raw, null, 2)),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
