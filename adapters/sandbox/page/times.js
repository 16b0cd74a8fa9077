/** Moments as each platform writes them, in the visitor's own time and language. */

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "numeric", day: "numeric" });
const LONG_DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

const daysAgo = (date) => Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);

export const clock = (date) => CLOCK.format(date);
export const whole = (date) => WHOLE.format(date);

/** `Today at 16:17`, `Yesterday at 9:02`, else the date and the time. */
export function discordTime(date) {
  const ago = daysAgo(date);
  if (ago === 0) return `Today at ${clock(date)}`;
  if (ago === 1) return `Yesterday at ${clock(date)}`;
  return `${DAY.format(date)} ${clock(date)}`;
}

/** `Today`, `Yesterday`, else the day. */
export function dayName(date) {
  const ago = daysAgo(date);
  return ago === 0 ? "Today" : ago === 1 ? "Yesterday" : LONG_DAY.format(date);
}

/** `now`, `5 minutes ago`, `2 hours ago`. */
export function relative(date) {
  const seconds = (date - Date.now()) / 1000;
  const steps = [["day", 86_400], ["hour", 3600], ["minute", 60]];
  for (const [unit, length] of steps) if (Math.abs(seconds) >= length) return RELATIVE.format(Math.round(seconds / length), unit);
  return Math.abs(seconds) < 10 ? "just now" : RELATIVE.format(Math.round(seconds), "second");
}

/** Discord's `<t:…:style>`. */
export function stamped(seconds, style) {
  const date = new Date(seconds * 1000);
  const forms = {
    t: { timeStyle: "short" }, T: { timeStyle: "medium" }, d: { dateStyle: "short" },
    D: { dateStyle: "long" }, F: { dateStyle: "full", timeStyle: "short" },
  };
  if (style === "R") return relative(date);
  return new Intl.DateTimeFormat(undefined, forms[style] ?? { dateStyle: "long", timeStyle: "short" }).format(date);
}
