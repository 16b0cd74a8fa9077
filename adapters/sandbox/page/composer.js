/** The box to write in, as any of a side's people. */

import { asFiles, attempt } from "./api.js";
import { avatar } from "./avatar.js";
import { h, icon, iconButton } from "./dom.js";
import { faceKey } from "./faces.js";
import { openMenu } from "./menus.js";

/** A composer under a channel or, with `thread`, under a thread; it stays while what stands above it changes. */
export class Composer {
  constructor(pane, { thread }) {
    this.pane = pane;
    this.inThread = thread;
    this.context = null;
    this.text = h("textarea", { rows: 1, class: "words", "aria-label": "Message", enterkeyhint: "send", onkeydown: (event) => this.key(event), oninput: () => this.fit() });
    this.who = h("select", { "aria-label": `Speak on ${pane.label} as`, onchange: () => pane.become(this.who.value) });
    this.face = h("span", { class: "who-face" });
    this.files = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", onchange: () => this.drawContext() });
    this.banner = h("div", { class: "banner", hidden: true });
    this.element = h(
      "form",
      { class: "composer", onsubmit: (event) => this.send(event) },
      this.banner,
      h(
        "div",
        { class: "box" },
        h("label", { class: "who", title: "Choose whom you speak as" }, this.face, this.who),
        this.text,
        this.files,
        h("div", { class: "box-tools" },
          iconButton("clip", "Attach files", () => this.files.click()),
          thread ? null : h("button", { type: "button", class: "publish", "aria-haspopup": "menu", onclick: (event) => this.publish(event.currentTarget) }, "/publish"),
          h("button", { class: "icon-button send", "aria-label": "Send", title: "Send" }, icon("send"))),
      ),
    );
  }

  /** Show who speaks, and where. */
  draw(people, viewer, place) {
    const sign = people.map((person) => person.id + person.name).join() + viewer.id;
    if (this.drawnFrom !== sign) {
      this.drawnFrom = sign;
      const group = (label, members) => h("optgroup", { label }, members.map((person) => h("option", { value: person.id, selected: person.id === viewer.id }, person.name)));
      this.who.replaceChildren(group("Admins", people.filter((one) => one.admin)), group("Members", people.filter((one) => !one.admin)));
      this.face.replaceChildren(avatar(faceKey(viewer.name, this.pane.side)));
    }
    this.text.placeholder = this.inThread && this.pane.side === "slack" ? `Reply as ${viewer.name}…` : `Message ${place} as ${viewer.name}`;
  }

  /** Answer a message, or change one. */
  begin(kind, message) {
    this.context = { kind, message };
    if (kind === "edit") this.text.value = message.raw.content || message.raw.text || message.text;
    this.drawContext();
    this.fit();
    this.text.focus();
  }

  /** Give up what was begun. */
  cancel() {
    if (this.context?.kind === "edit") this.text.value = "";
    this.context = null;
    this.files.value = "";
    this.drawContext();
    this.fit();
  }

  drawContext() {
    const lines = [];
    if (this.context) {
      const { kind, message } = this.context;
      lines.push(h("span", {}, kind === "edit" ? "Editing a message by " : "Replying to ", h("strong", {}, message.author)));
    }
    if (this.files.files.length) lines.push(h("span", {}, icon("clip"), [...this.files.files].map((file) => file.name).join(", ")));
    this.banner.hidden = !lines.length;
    this.banner.replaceChildren(...lines, iconButton("close", "Cancel", () => this.cancel()));
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.element.requestSubmit();
    } else if (event.key === "Escape" && this.context) {
      this.cancel();
    } else if (event.key === "ArrowUp" && !this.text.value && !this.context) {
      const last = this.pane.lastOwn(this.inThread);
      if (last) {
        event.preventDefault();
        this.begin("edit", last);
      }
    }
  }

  fit() {
    this.text.style.setProperty("height", "auto");
    this.text.style.setProperty("height", `${Math.min(this.text.scrollHeight, 200)}px`);
  }

  async send(event) {
    event.preventDefault();
    const words = this.text.value.trim();
    const { deeds } = this.pane;
    const chosen = this.files.files;
    if (!words && !chosen.length) return;
    const files = await attempt(() => asFiles(chosen));
    if (!files) return;
    const thread = this.inThread ? this.pane.threadId : null;
    const { kind, message } = this.context ?? {};
    this.element.setAttribute("aria-busy", "true");
    let done;
    if (kind === "edit") done = await deeds.change(message, words);
    else if (/^\/[a-z]/.test(words)) done = await deeds.command(words, { thread, files });
    else done = await deeds.say(words, { thread, replyTo: kind === "reply" ? message.id : null, files });
    this.element.removeAttribute("aria-busy");
    if (!done || this.text.value.trim() !== words) return; // what was typed meanwhile stays
    this.text.value = "";
    this.cancel();
    if (document.activeElement !== this.text && !document.querySelector("dialog[open]")) this.text.focus();
  }

  /** The ways to publish. A text is given to the form that the bot opens. */
  publish(anchor) {
    const { deeds, side } = this.pane;
    const withFile = () => {
      const input = h("input", { type: "file", accept: ".txt,.md,.html,text/*" });
      input.addEventListener("change", async () => {
        const files = await attempt(() => asFiles(input.files));
        if (files?.length) await deeds.command("/publish", { files });
      });
      input.click();
    };
    openMenu(anchor, "Publish", [
      { label: "With a link", hint: "/publish https://…", run: () => this.prefill(`/publish ${this.pane.sample ?? "https://"}`) },
      { label: "With a text", hint: "opens the bot's form", run: () => deeds.command("/publish") },
      ...(side === "discord" ? [{ label: "With a file", hint: ".txt, .md, .html", run: withFile }] : []),
    ]);
  }

  prefill(words) {
    this.text.value = words;
    this.fit();
    this.text.focus();
    this.text.setSelectionRange(words.length, words.length);
  }
}
