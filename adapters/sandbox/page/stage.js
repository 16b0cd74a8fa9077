/** The switches that break things, and the line that says how things are. */

import { act, attempt } from "./api.js";
import { h, icon, reconcile } from "./dom.js";

const DOWN_FOR = 20;
const LABELS = { discord: "Discord", slack: "Slack" };

export class Stage {
  constructor(element) {
    this.element = element;
    this.staged = { outages: {} };
    this.counts = null;
    this.lights = h("div", { class: "lights" });
    this.line = h("p", { class: "status-line", role: "status" });
    this.switches = h("div", { class: "switches", role: "group", "aria-label": "Break something" });
    element.append(this.lights, this.line, this.switches);
  }

  /** How the stage is now; `counts` are the comments by side. */
  update(staged, counts) {
    Object.assign(this, { staged, counts });
    this.draw();
  }

  draw() {
    const { outages, bot } = this.staged;
    const parts = Object.keys(LABELS).map((side) => ({ id: side, name: LABELS[side], ok: !(side in outages), state: side in outages ? `down, back in ${outages[side]} s` : "up" }));
    if (bot) parts.splice(1, 0, { id: "bot", name: "Bot", ok: bot === "running", state: bot });
    reconcile(this.lights, parts, {
      key: (part) => part.id, sign: (part) => JSON.stringify(part),
      draw: (part) => h("span", { class: `light ${part.ok ? "ok" : "bad"}` }, h("i", { "aria-hidden": "true" }), h("b", {}, part.name), h("span", {}, part.state)),
    });
    const line = this.say();
    if (this.line.textContent !== line) this.line.textContent = line;
    this.drawSwitches(outages, bot);
    this.element.classList.toggle("broken", Object.keys(outages).length > 0 || Boolean(bot && bot !== "running"));
  }

  drawSwitches(outages, bot) {
    const items = Object.keys(LABELS).map((side) => (side in outages
      ? { id: side, label: `Bring ${LABELS[side]} back`, icon: "plug", run: () => act("outage", { platform: side, seconds: 0 }) }
      : { id: side, label: `${LABELS[side]} is down for ${DOWN_FOR} s`, icon: "plug", run: () => act("outage", { platform: side, seconds: DOWN_FOR }) }));
    if (bot) {
      const stopped = bot === "stopped";
      items.unshift({ id: "bot", label: stopped ? "Start the bot again" : "Kill the bot", icon: "power", off: bot === "starting", go: stopped, run: () => act("bot", { running: stopped }) });
    }
    reconcile(this.switches, items, {
      key: (item) => item.id, sign: (item) => `${item.label}${item.off}`,
      draw: (item) => h("button", { type: "button", class: item.go ? "switch go" : "switch", disabled: item.off, onclick: () => attempt(item.run) }, icon(item.icon), item.label),
    });
  }

  /** One sentence on how things are. */
  say() {
    const { outages, bot } = this.staged;
    const down = Object.keys(outages).map((side) => LABELS[side]);
    if (bot === "stopped") return "The bot is dead. Go on writing: what you say waits for it.";
    if (bot === "starting") return "The bot is starting, and reads what it missed.";
    if (down.length) return `The bot can't reach ${down.join(" and ")}. Go on writing on both sides: nothing is lost.`;
    if (!this.counts) return "All is up. Publish something to begin.";
    const { discord, slack } = this.counts;
    if (discord === slack) return `In step: ${discord} ${discord === 1 ? "comment" : "comments"} on both sides.`;
    return `Catching up: ${discord} on Discord, ${slack} on Slack.`;
  }
}
