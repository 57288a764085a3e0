// What somebody is about to name in a text: `@user`, `#room`, `:emoji:` or `/command`, and how the name gets into it.

/** The beginning of a name that stands before the caret. */
export interface Trigger {
  readonly kind: 'user' | 'room' | 'emoji' | 'command';
  /** What is typed behind the sign. */
  readonly query: string;
  /** Place of the sign. */
  readonly start: number;
  /** Place of the caret. */
  readonly end: number;
}

/** A part of the text and what takes its place. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

const USER = /@([a-z0-9._-]{0,32})$/iu;
const ROOM = /#([\p{L}\p{N}._-]{0,60})$/u;
/** Two letters at least: a smiley such as `:D` is none. */
const EMOJI = /:([a-z0-9_+-]{2,40})$/iu;
/** Only at the very beginning: everywhere else a slash is a slash. */
const COMMAND = /^\/([a-z-]{0,20})$/iu;
const CLOSED_EMOJI = /:([a-z0-9_+-]{2,40}):$/iu;
/** What a name can't stand behind: an address such as ana@example.org is no mention, 10:30 no emoji. */
const WORD = /[\p{L}\p{N}_]$/u;
const FENCE = /^ {0,3}(?:```|~~~)/gmu;

/** The name that is being typed at the caret; null when there is none, such as in code. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret);
  const found =
    find('command', COMMAND, before) ??
    find('user', USER, before) ??
    find('room', ROOM, before) ??
    find('emoji', EMOJI, before);
  return found && !inCode(before.slice(0, found.start)) ? found : null;
}

/** The shortcode of an emoji that has just been closed by its second colon; null when there is none. */
export function closedEmojiAt(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret);
  const found = find('emoji', CLOSED_EMOJI, before);
  return found && !inCode(before.slice(0, found.start)) ? found : null;
}

/** Puts a name in the place of its beginning, with a space behind it unless there is one. */
export function completed(text: string, { start, end }: Trigger, name: string): Replacement {
  const space = /^\s/u.test(text.slice(end)) ? '' : ' ';
  return { start, end: end + restOf(text, end), insert: name + space };
}

function find(kind: Trigger['kind'], pattern: RegExp, before: string): Trigger | null {
  const match = pattern.exec(before);
  if (!match || WORD.test(before.slice(0, match.index))) return null;
  return { kind, query: match[1] ?? '', start: match.index, end: before.length };
}

/** How much of a name stands behind the caret already: it is replaced with the rest. */
function restOf(text: string, end: number): number {
  return /^[\p{L}\p{N}_]*:?/u.exec(text.slice(end))?.[0].replace(/:$/u, '').length ?? 0;
}

/** Whether code begins before this place and has not ended. */
function inCode(before: string): boolean {
  if ((before.match(FENCE) ?? []).length % 2 === 1) return true;
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return (line.match(/`/gu) ?? []).length % 2 === 1;
}
