/** One platform's window: its channels, the thread that is open, and what one of its people sees there. */

import { Composer } from "./composer.js";
import { deedsOf } from "./deeds.js";
import { h, icon, iconButton, reconcile } from "./dom.js";
import { dayName } from "./times.js";

const NEAR_END = 80;
const FLASH = 1800;

export class Pane {
  /** `drawing` are the platform's own functions: `drawMessage`, `continues`, `orderOf`, `momentOf`, `drawPost`. */
  constructor(side, label, drawing, origins) {
    Object.assign(this, { side, label, drawing, origins });
    this.people = [];
    this.channels = [];
    this.privates = [];
    this.names = new Map();
    this.viewer = { id: "", name: "" };
    this.threadId = null;
    this.channelId = null;
    this.follows = true;
    this.dismissed = new Set();
    this.told = new Set();
    this.deeds = deedsOf(this);
    this.build();
  }

  build() {
    this.channelName = h("h2", { class: "channel-name" });
    this.channelTabs = h("div", { class: "channel-tabs", hidden: true });
    this.list = h("div", { class: "list", role: "log", "aria-label": `${this.label} channel`, tabindex: "0" });
    this.threadTitle = h("h2", { class: "thread-title" });
    this.threadList = h("div", { class: "list", role: "log", "aria-label": `${this.label} thread`, tabindex: "0" });
    this.composer = new Composer(this, { thread: false });
    this.threadComposer = new Composer(this, { thread: true });
    this.thread = h("section", { class: "thread", "aria-label": `${this.label}: thread`, hidden: true },
      h("header", { class: "place-head" }, iconButton("back", "Back to the channel", () => this.leaveThread(), { class: "icon-button back" }), this.threadTitle, iconButton("close", "Close the thread", () => this.leaveThread(), { class: "icon-button shut" })),
      this.threadList, this.threadComposer.element);
    this.element = h("section", { class: `pane ${this.side}`, id: `pane-${this.side}`, role: "tabpanel", "aria-label": this.label },
      h("div", { class: "chrome" }, h("span", { class: "platform" }, this.label), h("span", { class: "workspace" }, "Roundtable"), h("span", { class: "down-mark", hidden: true }, "can't be reached")),
      h("div", { class: "columns" },
        h("section", { class: "channel", "aria-label": `${this.label}: channel` }, h("header", { class: "place-head" }, this.channelName, this.channelTabs), this.list, this.composer.element),
        this.thread));
  }

  // --- what there is -----------------------------------------------------------------------------------------------

  get channel() {
    return this.channels.find((one) => one.id === this.channelId) ?? this.channels.find((one) => one.name === "news") ?? this.channels[0] ?? { id: "", name: "", messages: [] };
  }

  get root() {
    return this.channel.messages.find((message) => message.id === this.threadId) ?? null;
  }

  /** Take in this side's state and draw it. */
  update(state) {
    this.people = state.people;
    this.channels = state.channels;
    this.privates = state.private;
    const threads = state.channels.flatMap((channel) => channel.messages).filter((message) => message.raw.thread).map((message) => [message.id, message.raw.thread.name]);
    this.names = new Map([...threads, ...state.people.map((one) => [one.id, one.name]), ...state.channels.map((one) => [one.id, one.name])]);
    const kept = this.viewer.id || localStorage.getItem(`roundtable-person-${this.side}`);
    this.viewer = this.people.find((one) => one.id === kept || one.name === kept) ?? this.people.find((one) => one.admin) ?? this.people[0] ?? this.viewer;
    const newest = this.channel.forum ? null : this.channel.messages.findLast((message) => message.thread?.length);
    if (newest && newest.id !== this.newest) {
      if (this.follows) this.threadId = newest.id;
      this.newest = newest.id;
    }
    this.draw();
  }

  /** Show a private answer, now or once it is there, unless it is one that changed. `before`: the newest thread when it was asked for. */
  expect(id, before) {
    if (this.told.has(id)) return;
    this.told.add(id);
    Object.assign(this, { expected: id, before });
    this.draw();
  }

  draw() {
    const told = this.privates.find((one) => one.id === this.expected);
    // What the bot says in a channel that lies under an open thread would go unseen; but a thread that opened since says it all.
    const opened = this.newest !== this.before && this.threadId === this.newest;
    if (told && !opened && this.within(told) === null && getComputedStyle(this.list).visibility === "hidden") Object.assign(this, { threadId: null, follows: false });
    this.redraw();
    if (told) this.reveal(told.id);
  }

  reveal(id) {
    this.expected = null;
    const shown = this.element.querySelector(`[data-key="${CSS.escape(id)}"]`);
    shown?.scrollIntoView({ block: "start" });
    if (this.element.contains(document.activeElement) || document.activeElement === document.body) shown?.focus({ preventScroll: true });
  }

  redraw() {
    const { channel, root } = this;
    this.channelName.replaceChildren(icon(channel.forum ? "thread" : "hash"), channel.name);
    this.drawTabs();
    const at = this.at("channel");
    if (channel.forum) this.fill(this.list, channel.messages.map((message) => ({ kind: "post", message })), at);
    else this.fill(this.list, this.rows([...channel.messages, ...this.whispers(null)]), at);
    this.list.classList.toggle("forum", Boolean(channel.forum));
    this.composer.element.hidden = Boolean(channel.forum);
    this.composer.draw(this.people, this.viewer, `#${channel.name}`);
    this.element.classList.toggle("with-thread", Boolean(root));
    this.thread.hidden = !root;
    if (root) this.drawThread(root);
  }

  drawTabs() {
    this.channelTabs.hidden = this.channels.length < 2;
    const go = (id) => () => { Object.assign(this, { channelId: id, threadId: null, follows: false }); this.redraw(); };
    reconcile(this.channelTabs, this.channels.filter((one) => one.id !== this.channel.id), {
      key: (one) => one.id, sign: (one) => one.name,
      draw: (one) => h("button", { type: "button", class: "text-button", onclick: go(one.id) }, `#${one.name}`),
    });
  }

  drawThread(root) {
    const name = root.raw.thread?.name ?? root.title ?? `#${this.channel.name}`;
    if (this.side === "discord") this.threadTitle.replaceChildren(icon("thread"), h("span", {}, name));
    else this.threadTitle.replaceChildren("Thread ", h("small", {}, icon("hash"), this.channel.name));
    const count = root.thread?.length ?? 0;
    const divider = this.side === "slack" && count ? [{ kind: "count", id: "count", text: `${count} ${count === 1 ? "reply" : "replies"}` }] : [];
    const start = [{ kind: "message", message: root, compact: false }];
    this.fill(this.threadList, [...start, ...divider, ...this.rows([...(root.thread ?? []), ...this.whispers(root.id)], true)], this.at("thread"), root.id);
    this.threadComposer.draw(this.people, this.viewer, "the thread");
  }

  /** The private messages that the viewer sees in a place. */
  whispers(thread) {
    const here = this.privates.filter((one) => one.user === this.viewer.id && !this.dismissed.has(one.id));
    return here.filter((one) => (one.channel === this.channel.id || this.names.has(one.channel)) && this.within(one) === thread)
      .map((one) => ({ author: "Roundtable", by: "bot", edited: false, reactions: {}, thread: null, private: true, ...one }));
  }

  /** The thread that a private message is in, null where it is in the channel. */
  within(one) {
    if (this.side === "slack") return one.raw.thread_ts ?? null;
    return one.raw.channel_id === this.channel.id ? null : one.raw.channel_id;
  }

  /** Messages in order, those that go on under one head marked, days apart. */
  rows(messages, inThread = false) {
    const { orderOf, continues, momentOf } = this.drawing;
    const sorted = [...messages].sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : orderOf(one) > orderOf(other) ? 1 : 0));
    const rows = [];
    let previous = null;
    let day = null;
    for (const message of sorted) {
      const today = dayName(momentOf(message));
      if (today !== day && !inThread) rows.push({ kind: "day", id: `day-${today}`, text: today });
      rows.push({ kind: "message", message, compact: today === day && continues(message, previous) });
      day = today;
      previous = message;
    }
    return rows;
  }

  fill(list, rows, at, place = this.channel.id) {
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END || list.place !== place;
    list.place = place;
    if (!rows.length) {
      rows = [{ kind: "empty", id: "empty", text: "" }];
    }
    const names = [...this.names.values()].join();
    const minute = Math.floor(Date.now() / 60_000); // what is told by its age grows old
    reconcile(list, rows, {
      key: (row) => row.id ?? row.message.id,
      sign: (row) => (row.message ? JSON.stringify([row.kind, row.compact, row.message, at.viewer.id, names, row.message.thread ? minute : 0]) : `${row.kind}${row.text}`),
      draw: (row) => this.drawRow(row, at),
    });
    if (atEnd) list.scrollTop = list.scrollHeight;
  }

  drawRow(row, at) {
    if (row.kind === "day") return h("div", { class: "day", role: "separator" }, h("span", {}, row.text));
    if (row.kind === "count") return h("div", { class: "reply-count" }, h("span", {}, row.text));
    if (row.kind === "empty") return this.drawEmpty();
    if (row.kind === "post") return this.drawing.drawPost(row.message, at);
    return this.drawing.drawMessage(row.message, { ...at, compact: row.compact });
  }

  drawEmpty() {
    return h("div", { class: "empty" }, h("img", { src: "/page/mark.svg", alt: "", width: 56, height: 56 }),
      h("p", {}, h("strong", {}, `Nothing here yet in #${this.channel.name}.`)),
      h("p", {}, "Publish an article: it appears here and on the other side, each with a thread for the one discussion."),
      h("button", { type: "button", class: "button primary", onclick: () => this.deeds.command("/publish") }, "Publish a text"));
  }

  /** What drawing needs to know besides the message. */
  at(place) {
    const replies = this.side === "discord";
    return {
      place, names: this.names, viewer: this.viewer, deeds: this.deeds, origins: this.origins, compact: false,
      canReply: (message) => (replies ? !(place === "thread" && message.id === this.threadId) : place === "channel"),
      replyLabel: replies ? "Reply" : "Reply in thread",
    };
  }

  // --- where the visitor is ----------------------------------------------------------------------------------------

  /** Speak and see as somebody else. */
  become(id) {
    this.viewer = this.people.find((one) => one.id === id) ?? this.viewer;
    localStorage.setItem(`roundtable-person-${this.side}`, this.viewer.name);
    this.redraw();
  }

  openThread(id) {
    this.threadId = id;
    this.follows = false;
    this.redraw();
    this.threadList.focus({ preventScroll: true });
  }

  leaveThread() {
    const left = this.threadId;
    this.threadId = null;
    this.follows = false;
    this.redraw();
    document.getElementById(`${this.side}-${left}`)?.focus({ preventScroll: true });
  }

  /** Open the next thread as it comes, and the newest one `now`, until the visitor goes elsewhere. */
  follow({ now = false } = {}) {
    this.follows = true;
    if (now && this.newest) {
      this.threadId = this.newest;
      this.redraw();
    }
  }

  startReply(message) {
    const inChannel = this.channel.messages.some((one) => one.id === message.id);
    if (this.side === "slack") this.openThread(message.raw.thread_ts ?? message.id);
    (this.side === "slack" || !inChannel ? this.threadComposer : this.composer).begin("reply", message);
  }

  startEdit(message) {
    const inThread = this.root && (this.root.thread ?? []).some((one) => one.id === message.id);
    (inThread ? this.threadComposer : this.composer).begin("edit", message);
  }

  lastOwn(inThread) {
    const all = inThread ? this.root?.thread ?? [] : this.channel.messages;
    return all.findLast((message) => message.by === "person" && message.author === this.viewer.name);
  }

  /** Bring a message into view wherever it stands; answers whether it is on this side. */
  show(id) {
    for (const channel of this.channels) {
      const root = channel.messages.find((message) => message.id === id || message.thread?.some((one) => one.id === id));
      if (!root) continue;
      Object.assign(this, { channelId: channel.id, follows: false });
      if (root.id !== id || root.thread) this.threadId = root.id;
      this.redraw();
      const found = (this.threadId ? this.threadList : this.list).querySelector(`[data-key="${CSS.escape(id)}"]`);
      found?.scrollIntoView({ block: "center" });
      found?.focus({ preventScroll: true });
      found?.classList.add("flash");
      setTimeout(() => found?.classList.remove("flash"), FLASH);
      return true;
    }
    return false;
  }
}
