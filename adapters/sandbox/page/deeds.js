/** What a visitor does on one side, as whoever they are there. Each deed is one call of the control API. */

import { act, attempt, toast } from "./api.js";
import { openForm, showPayload } from "./forms.js";

/** What can be said after a slash command without naming the option, by command. */
const FIRST_OPTION = { publish: "url", board: "board" };

/** The deeds of a pane. */
export function deedsOf(pane) {
  const { side } = pane;
  const on = (message) => ({ platform: side, channel: pane.channel.id, id: message.id });

  /** Do something; answers whether it was done. Buttons are busy meanwhile. */
  async function busy(button, work) {
    button?.setAttribute("aria-busy", "true");
    try {
      return await attempt(work);
    } finally {
      button?.removeAttribute("aria-busy");
    }
  }

  /** Show what came of a deed; `before` is the newest thread when it was begun. */
  function take(told, before) {
    for (const reply of told?.replies ?? []) {
      if (reply.modal) openForm(pane, reply);
      else if (reply.id) pane.expect(reply.id, before);
      if (!reply.modal && !Object.keys(reply.raw ?? {}).length) toast(reply.text, "error");
    }
    return Boolean(told);
  }

  const deeds = {
    openThread: (id) => pane.openThread(id),
    show: (id) => pane.show(id),
    showPayload: (message) => showPayload(message),
    reply: (message) => pane.startReply(message),
    edit: (message) => pane.startEdit(message),

    react: (message, emoji, add) => attempt(() => act(add ? "react" : "unreact", { ...on(message), emoji, user: pane.viewer.id })),

    remove: (message, user) => attempt(() => act("delete", user ? { ...on(message), user } : on(message))),

    async dismiss(message) {
      if (side === "discord") await attempt(() => act("delete", on(message)));
      else pane.dismissed.add(message.id);
      pane.redraw();
    },

    async click(message, action, button, values) {
      const before = pane.newest;
      const body = { ...on(message), user: pane.viewer.id, action, ...(values ? { values } : {}) };
      return take(await busy(button, () => act("click", body)), before);
    },

    /** A message command or shortcut, as the comment's author where they are one of this side's people. */
    async shortcut(message, name) {
      const author = pane.people.find((person) => person.name === message.author);
      if (author) pane.become(author.id);
      const before = pane.newest;
      const body = { platform: side, channel: pane.channel.id, user: pane.viewer.id, command: name, options: { message: message.id } };
      return take(await attempt(() => act("command", body)), before);
    },

    async say(text, { thread, replyTo, files }) {
      const body = { platform: side, channel: pane.channel.id, user: pane.viewer.id, text };
      if (thread) body.thread = thread;
      if (replyTo) body.reply_to = replyTo;
      if (files.length) body.files = files;
      return Boolean(await attempt(() => act("say", body)));
    },

    change: async (message, text) => Boolean(await attempt(() => act("edit", { ...on(message), text }))),

    /** Run what was typed after a slash. */
    async command(line, { thread, files = [] } = {}) {
      pane.follow();
      const before = pane.newest;
      const asked = side === "slack" ? { command: line, options: thread ? { thread } : {} } : spelled(line);
      if (files.length) asked.options.file = files.slice(0, 1);
      const channel = side === "discord" && thread ? thread : pane.channel.id;
      return take(await attempt(() => act("command", { platform: side, channel, user: pane.viewer.id, ...asked })), before);
    },
  };
  return deeds;
}

/** A typed Discord command: its words, then its options as `name:value`, or the first one bare. */
function spelled(line) {
  const [command, ...words] = line.trim().split(/\s+/);
  const name = command.slice(1);
  const options = {};
  const subcommand = name === "board" && words.length && !words[0].includes(":") ? words.shift() : null;
  for (const word of words) {
    const named = /^(url|board|channel):(?!\/\/)(.+)$/.exec(word);
    if (named) options[named[1]] = named[2];
    else options[FIRST_OPTION[name] ?? "text"] = word;
  }
  return { command: subcommand ? `${command} ${subcommand}` : command, options };
}
