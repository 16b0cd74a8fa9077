/** Puts the page together and keeps it live: the control API's events say that something changed, then it is read anew. */

import { attempt, act, read, toast } from "./api.js";
import * as discord from "./discord.js";
import { h, icon, iconButton, reconcile } from "./dom.js";
import { Pane } from "./pane.js";
import * as slack from "./slack.js";
import { Stage } from "./stage.js";
import { Caption, welcome } from "./tour.js";

const NARROW = matchMedia("(max-width: 760px)");
const THEMES = ["auto", "light", "dark"];
const AGEING = 30_000;

const byId = (id) => document.getElementById(id);
const origins = new Set();
const panes = { discord: new Pane("discord", "Discord", discord, origins), slack: new Pane("slack", "Slack", slack, origins) };
const stage = new Stage(byId("stage"));
const caption = new Caption(byId("caption"));
let staged = { outages: {} };
let state = null;
let playing = false;

// --- keeping up ------------------------------------------------------------------------------------------------------

let reading = false;
let stale = false;

/** Read the state anew; calls that come meanwhile are one more reading. */
async function refresh() {
  if (reading) {
    stale = true;
    return;
  }
  reading = true;
  try {
    state = await read("state");
    draw();
  } catch (error) {
    toast(error.message, "error");
  } finally {
    reading = false;
    if (stale) {
      stale = false;
      refresh();
    }
  }
}

function draw() {
  for (const [side, pane] of Object.entries(panes)) {
    const before = pane.seen;
    pane.update(state[side]);
    pane.seen = JSON.stringify(state[side].channels.map((channel) => channel.messages.length + channel.messages.reduce((sum, one) => sum + (one.thread?.length ?? 0), 0)));
    if (before !== undefined && before !== pane.seen && document.body.dataset.tab !== side) byId(`tab-${side}`).classList.add("unread");
  }
  stage.update(staged, counts());
}

/** The comments on both sides: those of the channel that has most, since a side's channels may share their discussions. */
function counts() {
  if (!state) return null;
  const isComment = (message) => message.by !== "bot" || Boolean(message.raw.username); // else it is the bot's own word
  const cards = (channel) => channel.messages.filter((message) => message.by !== "person" && message.thread);
  const inChannel = (channel) => cards(channel).reduce((sum, card) => sum + card.thread.filter(isComment).length, 0);
  const most = (side) => Math.max(0, ...state[side].channels.map(inChannel));
  const any = Object.values(state).some((side) => side.channels.some((channel) => cards(channel).length));
  return any ? { discord: most("discord"), slack: most("slack") } : null;
}

function listen() {
  const events = new EventSource("/control/events");
  events.addEventListener("changed", refresh);
  events.addEventListener("stage", (event) => {
    const first = !("bot" in staged) && !state;
    staged = JSON.parse(event.data);
    // The demo's bot may read the article that stands beside this page; another one may not.
    for (const pane of Object.values(panes)) pane.sample = "bot" in staged ? `${location.origin}/articles/bakery.html` : null;
    stage.update(staged, counts());
    caption.update(staged.tour);
    for (const [side, pane] of Object.entries(panes)) pane.element.classList.toggle("down", side in staged.outages);
    for (const pane of Object.values(panes)) pane.element.querySelector(".down-mark").hidden = !pane.element.classList.contains("down");
    if (staged.tour?.playing && !playing) for (const pane of Object.values(panes)) pane.follow({ now: true });
    playing = Boolean(staged.tour?.playing);
    drawTools();
    if (first) welcome(staged);
  });
  events.addEventListener("open", () => document.body.classList.remove("ended"));
  events.addEventListener("error", () => document.body.classList.add("ended"));
}

// --- the bar ---------------------------------------------------------------------------------------------------------

function theme(next) {
  const chosen = next ?? localStorage.getItem("roundtable-theme") ?? "auto";
  if (next) localStorage.setItem("roundtable-theme", next);
  document.documentElement.dataset.theme = chosen;
  return chosen;
}

function drawTools() {
  const chosen = theme();
  const after = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length];
  const items = [
    staged.web ? { id: "web", draw: () => h("a", { class: "tool", href: staged.web, target: "_blank", rel: "noopener" }, icon("page"), h("span", {}, "Article page")) } : null,
    staged.tour ? { id: "tour", sign: String(staged.tour.playing), draw: () => h("button", { type: "button", class: "tool", disabled: staged.tour.playing, onclick: () => attempt(() => act("tour", { playing: true })) }, icon("play"), h("span", {}, "Tour")) } : null,
    { id: "theme", sign: chosen, draw: () => iconButton(chosen === "dark" ? "moon" : "sun", `Colours: ${chosen}. Change to ${after}`, () => { theme(after); drawTools(); byId("tools").querySelector('[data-key="theme"]').focus(); }) },
    { id: "help", draw: () => iconButton("help", "What is this?", () => welcome(staged, { again: true })) },
  ].filter(Boolean);
  reconcile(byId("tools"), items, { key: (item) => item.id, sign: (item) => `${item.id}${item.sign ?? ""}`, draw: (item) => item.draw() });
}

function choose(side) {
  document.body.dataset.tab = side;
  for (const one of Object.keys(panes)) {
    byId(`tab-${one}`).setAttribute("aria-selected", String(one === side));
    byId(`tab-${one}`).tabIndex = one === side ? 0 : -1;
  }
  byId(`tab-${side}`).classList.remove("unread");
  const { threadList, list } = panes[side];
  for (const each of [threadList, list]) each.scrollTop = each.scrollHeight;
}

function drawTabs() {
  const sides = Object.keys(panes);
  const walk = (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const next = sides[(sides.indexOf(document.body.dataset.tab) + 1) % sides.length];
    choose(next);
    byId(`tab-${next}`).focus();
  };
  byId("tabs").append(...sides.map((side) => h("button", { type: "button", role: "tab", id: `tab-${side}`, class: `tab ${side}`, "aria-controls": `pane-${side}`, onclick: () => choose(side), onkeydown: walk }, panes[side].label)));
}

/** Addresses of messages lead to these, where they stand on this page. */
function jump(event) {
  const address = event.target.closest?.("a")?.href ?? "";
  const onDiscord = /^https:\/\/discord\.com\/channels\/\d+\/(\d+)(?:\/(\d+))?/.exec(address);
  const onSlack = /^https:\/\/[\w-]+\.slack\.com\/archives\/\w+\/p(\d{10})(\d{6})/.exec(address);
  const shown = onDiscord ? panes.discord.show(onDiscord[2] ?? onDiscord[1]) : onSlack ? panes.slack.show(`${onSlack[1]}.${onSlack[2]}`) : false;
  if (!shown) return;
  event.preventDefault();
  if (NARROW.matches) choose(onDiscord ? "discord" : "slack");
}

/** Where pictures may come from: what the page's own policy allows. */
async function learnOrigins() {
  const policy = (await fetch("/", { method: "HEAD" })).headers.get("Content-Security-Policy") ?? "";
  for (const origin of /img-src ([^;]*)/.exec(policy)?.[1].split(" ") ?? []) if (origin.startsWith("http")) origins.add(origin);
}

theme();
drawTabs();
drawTools();
byId("panes").replaceChildren(panes.discord.element, panes.slack.element);
choose("discord");
document.addEventListener("click", jump);
setInterval(() => state && draw(), AGEING);
learnOrigins().then(refresh);
listen();
