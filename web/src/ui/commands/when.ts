// Times as people write them: "tomorrow 9:00", "in 20 minutes", "friday at 5pm", "2026-12-24 18:00".

const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
  weeks: 604_800_000,
};
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
/** The hour that a day without a time means. */
const MORNING = 9;

const SPAN = /^(?:in\s+)?(?:(an?)\s+|(\d{1,3})\s*)([a-z]+)\b/iu;
const CLOCK = /^(?:at\s+)?(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?(?=\s|$|,)/iu;
const DATE = /^(?:on\s+)?(\d{4})-(\d{1,2})-(\d{1,2})\b/u;
const DAY = /^(?:on\s+|next\s+)?([a-z]+)\b/iu;

/** A time at the beginning of a text, and the words behind it. */
export interface Timed {
  readonly atMs: number;
  readonly rest: string;
}

/** Reads the time that a text begins with; null without one. Always a time to come, seen from `nowMs`. */
export function timeAt(text: string, nowMs: number): Timed | null {
  const words = text.trim();
  const span = SPAN.exec(words);
  const unit = UNITS[span?.[3]?.toLowerCase() ?? ''];
  if (span && unit !== undefined) {
    const count = Number(span[2] ?? 1);
    return count > 0 ? { atMs: nowMs + count * unit, rest: behind(words, span[0]) } : null;
  }
  const day = dayAt(words, new Date(nowMs));
  const rest = day ? behind(words, day.read) : words;
  const clock = CLOCK.exec(rest);
  const time = clock && timeOf(clock);
  if (!day && !time) return null;
  // A day of its own means its morning; a bare number behind it belongs to the words.
  const at = day?.date ?? new Date(nowMs);
  at.setHours(time?.hours ?? MORNING, time?.minutes ?? 0, 0, 0);
  if (at.getTime() <= nowMs) {
    if (day?.exact) return null;
    at.setDate(at.getDate() + (day?.repeats ?? 1));
  }
  return { atMs: at.getTime(), rest: time && clock ? behind(rest, clock[0]) : rest };
}

interface DayFound {
  readonly read: string;
  readonly date: Date;
  /** A date that was written out does not move. */
  readonly exact?: boolean;
  /** After how many days the word means the next one. */
  readonly repeats?: number;
}

function dayAt(words: string, now: Date): DayFound | null {
  const date = DATE.exec(words);
  if (date) {
    const [read, year, month, day] = date;
    const found = new Date(Number(year), Number(month) - 1, Number(day));
    return found.getMonth() === Number(month) - 1 ? { read, date: found, exact: true } : null;
  }
  const named = DAY.exec(words);
  const name = named?.[1]?.toLowerCase() ?? '';
  if (!named) return null;
  const [read] = named;
  if (name === 'today') return { read, date: now, exact: true };
  if (name === 'tomorrow') return { read, date: later(now, 1), exact: true };
  const index = DAYS.findIndex((day) => name.length >= 3 && (day === name || day.slice(0, 3) === name));
  if (index < 0) return null;
  return { read, date: later(now, (index - now.getDay() + 7) % 7), repeats: 7 };
}

function later(now: Date, days: number): Date {
  const date = new Date(now);
  date.setDate(date.getDate() + days);
  return date;
}

/** A number alone is a time only with "at", minutes or am and pm. */
function timeOf([read, hour, minute, half]: RegExpExecArray): { hours: number; minutes: number } | null {
  if (minute === undefined && half === undefined && !/^at\b/iu.test(read)) return null;
  const hours = (Number(hour) % (half === undefined ? 24 : 12)) + (/pm/iu.test(half ?? '') ? 12 : 0);
  const fits = Number(hour) < (half === undefined ? 24 : 13) && Number(minute ?? 0) < 60;
  return fits ? { hours, minutes: Number(minute ?? 0) } : null;
}

function behind(words: string, read: string): string {
  return words.slice(read.length).replace(/^[\s,:]+/u, '');
}

/** The times that are offered, seen from now: each in words with the time that it means. */
export function offeredTimes(nowMs: number): { label: string; atMs: number }[] {
  const now = new Date(nowMs);
  const at = (days: number, hour: number) => {
    const date = later(now, days);
    date.setHours(hour, 0, 0, 0);
    return date.getTime();
  };
  const monday = (8 - now.getDay()) % 7 || 7;
  const offers = [
    { label: 'In 20 minutes', atMs: nowMs + 20 * 60_000 },
    { label: 'In an hour', atMs: nowMs + 3_600_000 },
    ...(now.getHours() < MORNING ? [{ label: 'This morning', atMs: at(0, MORNING) }] : []),
    ...(now.getHours() < 17 ? [{ label: 'This evening', atMs: at(0, 18) }] : []),
    { label: 'Tomorrow morning', atMs: at(1, MORNING) },
    ...(monday > 1 ? [{ label: monday === 7 ? 'Next Monday' : 'Monday morning', atMs: at(monday, MORNING) }] : []),
  ];
  return offers;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** A time as a `datetime-local` field holds it. */
export function fieldOf(atMs: number): string {
  const date = new Date(atMs);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
