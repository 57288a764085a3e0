// Times for people, in their language. Never for ordering.

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const OLD_DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });
const AGO = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY_MS = 24 * HOUR;

export function clock(ms: number): string {
  return CLOCK.format(ms);
}

export function fullTime(ms: number): string {
  return FULL.format(ms);
}

/** A time to come, with its day: "tomorrow at 9:00". */
export function longTime(ms: number, nowMs = Date.now()): string {
  if (dayKey(ms) === dayKey(nowMs)) return `today at ${clock(ms)}`;
  if (dayKey(ms) === dayKey(nowMs + DAY_MS)) return `tomorrow at ${clock(ms)}`;
  return `${ms - nowMs < 300 * DAY_MS ? DAY.format(ms) : OLD_DAY.format(ms)} at ${clock(ms)}`;
}

/** Which day of the reader's calendar it was. */
export function dayKey(ms: number): string {
  return new Date(ms).toDateString();
}

/** The day's name as it stands on a day line. */
export function dayName(ms: number, nowMs = Date.now()): string {
  if (dayKey(ms) === dayKey(nowMs)) return 'Today';
  if (dayKey(ms) === dayKey(nowMs - DAY_MS)) return 'Yesterday';
  return nowMs - ms < 300 * DAY_MS ? DAY.format(ms) : OLD_DAY.format(ms);
}

/** Short time for lists: the clock today, else the day. */
export function shortTime(ms: number, nowMs = Date.now()): string {
  return dayKey(ms) === dayKey(nowMs) ? clock(ms) : dayName(ms, nowMs);
}

/** How long ago, or in how long, in the coarsest unit that is true. */
export function relative(ms: number, nowMs = Date.now()): string {
  const distance = ms - nowMs;
  const size = Math.abs(distance);
  if (size < MINUTE) return distance <= 0 ? 'just now' : 'in less than a minute';
  if (size < HOUR) return AGO.format(Math.round(distance / MINUTE), 'minute');
  if (size < DAY_MS) return AGO.format(Math.round(distance / HOUR), 'hour');
  return AGO.format(Math.round(distance / DAY_MS), 'day');
}
