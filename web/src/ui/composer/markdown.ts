// Changes to a Markdown text while it is written: each answers with what takes the place of what, and what is selected then.

/** A part of a text, what takes its place, and the selection after it, counted from the beginning of the text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
  readonly select: readonly [number, number];
}

/** The text with its selection. */
export interface Written {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export type Mark = '**' | '_' | '~~' | '`';
export type Prefix = 'bullets' | 'numbers' | 'tasks' | 'quote';

const FENCE = /^ {0,3}(`{3,}|~{3,})[^`\n]*$/u;
const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})([.)]))( +)(\[[ xX]\] +)?/u;
const QUOTE = /^ {0,3}> ?/u;
const URL_ALONE = /^https?:\/\/\S+$/u;

/** Puts a mark around what is selected, or takes it off again. */
export function marked({ text, start, end }: Written, mark: Mark): Edit {
  const size = mark.length;
  const chosen = text.slice(start, end);
  if (text.slice(start - size, start) === mark && text.slice(end, end + size) === mark) {
    return { start: start - size, end: end + size, insert: chosen, select: [start - size, end - size] };
  }
  if (chosen.length > size * 2 && chosen.startsWith(mark) && chosen.endsWith(mark)) {
    return { start, end, insert: chosen.slice(size, -size), select: [start, end - size * 2] };
  }
  return { start, end, insert: mark + chosen + mark, select: [start + size, end + size] };
}

/** Makes a link of what is selected; the part that is still missing is selected then. */
export function linked({ text, start, end }: Written, address = ''): Edit {
  const chosen = text.slice(start, end);
  if (address === '' && URL_ALONE.test(chosen)) {
    return { start, end, insert: `[](${chosen})`, select: [start + 1, start + 1] };
  }
  const insert = `[${chosen}](${address})`;
  const at = start + (chosen === '' ? 1 : address === '' ? chosen.length + 3 : insert.length);
  return { start, end, insert, select: [at, at] };
}

/** Makes a list or a quote of the selected lines, or lines of text of them again. */
export function prefixed({ text, start, end }: Written, kind: Prefix): Edit {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const after = text.indexOf('\n', end);
  const to = after < 0 ? text.length : after;
  const lines = text.slice(from, to).split('\n');
  const has = (line: string) => kindOf(line) === kind;
  const bare = lines.map((line) => line.replace(ITEM, '$1').replace(QUOTE, ''));
  const insert = lines.every(has) ? bare.join('\n') : bare.map((line, index) => prefix(kind, index) + line).join('\n');
  const grown = insert.length - (to - from);
  const select: [number, number] = start === end ? [end + grown, end + grown] : [from, to + grown];
  return { start: from, end: to, insert, select: [Math.max(from, select[0]), Math.max(from, select[1])] };
}

/** Puts the selection into a code block of a language, on lines of its own. */
export function fenced({ text, start, end }: Written, language = ''): Edit {
  const code = text.slice(start, end).replace(/\n$/u, '');
  const fence = fenceFor(code);
  const before = start === 0 || text[start - 1] === '\n' ? '' : '\n';
  const behind = end === text.length || text[end] === '\n' ? '' : '\n';
  const opening = `${before}${fence}${language}\n`;
  const at = start + opening.length + code.length;
  return { start, end, insert: `${opening}${code}\n${fence}${behind}`, select: [at, at] };
}

/** The fence that a code can stand in: longer than any in it. */
export function fenceFor(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`{3,}/gu)].map(([ticks]) => ticks.length));
  return '`'.repeat(longest + 1);
}

/** Whether a place is in a code block that has been opened before it. */
export function inFence(text: string, caret: number): boolean {
  return openFence(text.slice(0, caret)) !== null;
}

/**
 * What a new line brings: the next item of a list, nothing any more after an empty item, the next line of a quote, the
 * same indent in code, and the end of a code block that has just been opened. Null for a plain line.
 */
export function brokenLine({ text, start, end }: Written): Edit | null {
  const before = text.slice(0, start);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const open = openFence(before);
  if (open !== null) {
    const opening = FENCE.test(line);
    if (opening && !closes(text.slice(end), open)) {
      const rest = text.slice(end).startsWith('\n') || end === text.length ? '' : '\n';
      return { start, end, insert: `\n\n${open}${rest}`, select: [start + 1, start + 1] };
    }
    return inserted(start, end, `\n${opening ? '' : (/^\s*/u.exec(line)?.[0] ?? '')}`);
  }
  const item = ITEM.exec(line);
  const quote = item ? null : QUOTE.exec(line);
  const found = item ?? quote;
  if (!found) return null;
  if (found[0].length === line.length)
    return { start: start - line.length, end, insert: '', select: empty(start - line.length) };
  return inserted(start, end, `\n${item ? nextItem(item) : '> '}`);
}

function nextItem([, indent = '', bullet, number, sign = '.', space = ' ', task]: RegExpExecArray): string {
  const mark = bullet ?? `${Number(number) + 1}${sign}`;
  return `${indent}${mark}${space}${task === undefined ? '' : '[ ] '}`;
}

function inserted(start: number, end: number, insert: string): Edit {
  return { start, end, insert, select: empty(start + insert.length) };
}

function empty(at: number): [number, number] {
  return [at, at];
}

/** The fence that is open at the end of a text; null without one. */
function openFence(before: string): string | null {
  let open: string | null = null;
  for (const line of before.split('\n')) {
    const fence = FENCE.exec(line)?.[1];
    if (fence === undefined) continue;
    if (open === null) open = fence;
    else if (line.trim() === fence && fence.startsWith(open)) open = null;
  }
  return open;
}

function closes(rest: string, open: string): boolean {
  return rest.split('\n').some((line) => line.trim().startsWith(open) && /^[`~]+$/u.test(line.trim()));
}

function kindOf(line: string): Prefix | undefined {
  const item = ITEM.exec(line);
  if (item) return item[6] !== undefined ? 'tasks' : item[2] !== undefined ? 'bullets' : 'numbers';
  return QUOTE.test(line) ? 'quote' : undefined;
}

function prefix(kind: Prefix, index: number): string {
  return { bullets: '- ', numbers: `${index + 1}. `, tasks: '- [ ] ', quote: '> ' }[kind];
}
