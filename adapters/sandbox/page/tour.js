/** The first words to a visitor, and the play that goes by itself. */

import { act, attempt } from "./api.js";
import { h, icon, iconButton } from "./dom.js";

const WELCOMED = "roundtable-welcomed";
const LAST_WORD = 7000;

/** Greet a visitor: at the first visit, or when they ask. `staged` tells whether there is a play. */
export function welcome(staged, { again = false } = {}) {
  if ((!again && localStorage.getItem(WELCOMED)) || document.querySelector("dialog[open]")) return;
  localStorage.setItem(WELCOMED, "1");
  const dialog = h("dialog", { class: "welcome", "aria-labelledby": "welcome-title" });
  const leave = () => dialog.close();
  const playing = staged.tour?.playing;
  const play = () => { leave(); if (!playing) attempt(() => act("tour", { playing: true })); };
  dialog.append(
    h("img", { src: "/page/mark.svg", alt: "", width: 64, height: 64 }),
    h("h2", { id: "welcome-title" }, "One article, one discussion, on Discord and Slack"),
    h("p", {}, "Roundtable posts an article in both places and makes one discussion of the replies under it."),
    h("p", {}, "Everything here is real but the platforms, which run on this machine: say something on one side, as anybody, and read it on the other."),
    h("p", {}, "Then break something with the switches above, and see that nothing is lost."),
    h("div", { class: "choices" },
      staged.tour ? h("button", { type: "button", class: "button primary", autofocus: true, onclick: play }, icon("play"), playing ? "Watch the tour" : "Play the tour") : null,
      h("button", { type: "button", class: "button secondary", onclick: leave }, "Look around")),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** The line under the panes that tells what the play shows. */
export class Caption {
  constructor(element) {
    this.element = element;
    this.wasPlaying = false;
  }

  update(tour) {
    if (!tour) return;
    if (tour.playing) this.show(tour);
    else if (this.wasPlaying) this.end(tour);
    this.wasPlaying = tour.playing;
  }

  show(tour) {
    clearTimeout(this.leaving);
    const sign = JSON.stringify(tour);
    if (this.sign === sign) return;
    this.sign = sign;
    const progress = h("progress", { max: tour.steps, value: tour.step, "aria-label": `Step ${tour.step} of ${tour.steps}` });
    this.element.replaceChildren(progress, h("p", { role: "status" }, tour.line || "The play begins …"), h("button", { type: "button", class: "button secondary", onclick: () => attempt(() => act("tour", { playing: false })) }, "Skip"));
    this.element.hidden = false;
  }

  end(tour) {
    this.sign = "";
    const leave = () => { this.element.hidden = true; };
    const line = tour.step >= tour.steps ? "That was the tour. Now you: write in any thread." : "Skipped. Write in any thread, as anybody.";
    this.element.replaceChildren(icon("check"), h("p", { role: "status" }, line), iconButton("close", "Close", leave));
    this.leaving = setTimeout(leave, LAST_WORD);
  }
}
