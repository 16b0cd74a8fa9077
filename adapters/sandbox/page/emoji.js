/** Emoji that people react with, and the names that Slack gives to some. */

export const OFFERED = ["👍", "❤️", "😂", "🎉", "🤔", "👀", "🙏", "🔥"];

const NAMED = {
  "+1": "👍", "-1": "👎", thumbsup: "👍", heart: "❤️", joy: "😂", tada: "🎉", thinking_face: "🤔", eyes: "👀", pray: "🙏", fire: "🔥",
  smile: "😄", slightly_smiling_face: "🙂", wave: "👋", rocket: "🚀", white_check_mark: "✅", x: "❌", warning: "⚠️", lock: "🔒",
  speech_balloon: "💬", sob: "😭", wink: "😉", blush: "😊", clap: "👏", 100: "💯", raised_hands: "🙌", star: "⭐", memo: "📝",
};

/** The character behind a name; `unicode` is its code points in hexadecimal, where the payload has them. */
export function characterOf(name, unicode) {
  if (unicode) {
    const points = unicode.split("-").map((point) => Number.parseInt(point, 16));
    if (points.every((point) => point > 0 && point <= 0x10ffff)) return String.fromCodePoint(...points);
  }
  return NAMED[name] ?? `:${name}:`;
}
