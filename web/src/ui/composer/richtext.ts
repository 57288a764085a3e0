// What was copied from a page or a document, as Markdown. Works on a parsed document that is never shown.

/** As much of a node as is looked at. */
export interface Piece {
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly childNodes: Iterable<Piece>;
  getAttribute?(name: string): string | null;
}

const BLOCKS = new Set(
  'ADDRESS ARTICLE ASIDE BODY DIV DL DT DD FIGURE FOOTER FORM HEADER MAIN NAV P SECTION'.split(' '),
);
const SILENT = new Set('HEAD STYLE SCRIPT TEMPLATE NOSCRIPT META LINK TITLE IFRAME OBJECT SVG BUTTON'.split(' '));
const MARKS: Readonly<Record<string, string>> = {
  B: '**',
  STRONG: '**',
  I: '_',
  EM: '_',
  DEL: '~~',
  S: '~~',
  STRIKE: '~~',
};
/** What the picture of an emoji of the workspace's own stands for. */
const SIGN = /^:[a-z0-9_+-]{2,32}:$/u;
const SAFE = /^(?:https?:|mailto:)/iu;
const DEEP = 60;

/** The Markdown of a document's body. Empty when there is nothing to say. */
export function markdownOf(body: Piece): string {
  const text = inside(body, 0);
  return text
    .replace(/[^\S\n]+\n/gu, '\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trim();
}

/** Whether a document says more than its plain text does. */
export function isRich(body: Piece, depth = 0): boolean {
  if (depth > DEEP) return false;
  const { nodeName } = body;
  if (nodeName in MARKS && !plainly(body)) return true;
  if (/^(?:UL|OL|TABLE|BLOCKQUOTE|PRE|CODE|H[1-6])$/u.test(nodeName)) return true;
  if (nodeName === 'A' && SAFE.test(body.getAttribute?.('href') ?? '')) return true;
  if (nodeName === 'IMG' && SIGN.test(body.getAttribute?.('alt') ?? '')) return true;
  return [...body.childNodes].some((child) => isRich(child, depth + 1));
}

function inside(piece: Piece, depth: number): string {
  if (depth > DEEP) return piece.textContent ?? '';
  return [...piece.childNodes].map((child) => written(child, depth + 1)).join('');
}

function written(piece: Piece, depth: number): string {
  const { nodeName } = piece;
  if (nodeName === '#text') return textOf(piece.textContent ?? '');
  if (SILENT.has(nodeName) || nodeName.startsWith('#')) return '';
  if (nodeName === 'BR') return '\n';
  if (nodeName === 'HR') return '\n\n---\n\n';
  if (nodeName === 'PRE') return codeBlock(piece);
  if (nodeName === 'TABLE') return table(piece, depth);
  if (nodeName === 'UL' || nodeName === 'OL') return list(piece, depth);
  if (nodeName === 'BLOCKQUOTE') return block(quoted(inside(piece, depth)));
  if (nodeName === 'IMG') return piece.getAttribute?.('alt') ?? '';
  if (nodeName === 'CODE' || nodeName === 'KBD' || nodeName === 'SAMP') return code(piece.textContent ?? '');
  const text = inside(piece, depth);
  if (/^H[1-6]$/u.test(nodeName)) return block(`${'#'.repeat(Number(nodeName[1]))} ${oneLine(text)}`);
  if (nodeName === 'A') return link(text, piece.getAttribute?.('href') ?? '');
  const mark = MARKS[nodeName];
  if (mark !== undefined && !plainly(piece)) return embraced(text, mark);
  return BLOCKS.has(nodeName) ? block(text) : text;
}

/** Some programs put everything into a `<b>` that is not bold. */
function plainly(piece: Piece): boolean {
  return /font-weight:\s*(?:normal|400)/iu.test(piece.getAttribute?.('style') ?? '');
}

function textOf(text: string): string {
  const spaced = text.replace(/[\s\u00a0]+/gu, ' ');
  return spaced.replace(/[\\`*_~[\]<|]/gu, (sign) => `\\${sign}`).replace(/^(\s*)([#>+-]|\d+[.)])(?=\s)/u, '$1\\$2');
}

function block(text: string): string {
  const inner = text.replace(/^\s*\n|\n\s*$/gu, '').trim();
  return inner === '' ? '' : `\n\n${inner}\n\n`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** A mark around the words, not around the space beside them, which would not be read as one. */
function embraced(text: string, mark: string): string {
  const [, before = '', words = '', behind = ''] = /^(\s*)([\s\S]*?)(\s*)$/u.exec(text) ?? [];
  return words === '' || words.includes('\n\n') ? text : `${before}${mark}${words}${mark}${behind}`;
}

function link(text: string, address: string): string {
  const words = oneLine(text);
  if (!SAFE.test(address) || words === '') return text;
  if (words.replaceAll('\\', '') === address) return address;
  return `[${words}](${address.replace(/[()\s]/gu, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`)})`;
}

function code(text: string): string {
  if (text.trim() === '') return text;
  const longest = Math.max(0, ...[...text.matchAll(/`+/gu)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${ticks}${space}${text.replace(/\n/gu, ' ')}${space}${ticks}`;
}

function codeBlock(piece: Piece): string {
  const text = (piece.textContent ?? '').replace(/\n$/u, '');
  const inner = [...piece.childNodes].find(({ nodeName }) => nodeName === 'CODE');
  const classes = `${piece.getAttribute?.('class') ?? ''} ${inner?.getAttribute?.('class') ?? ''}`;
  const language = /\b(?:language|lang|highlight-source)-([a-z0-9+#-]+)/iu.exec(classes)?.[1] ?? '';
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/gu)].map(([ticks]) => ticks.length + 1)));
  return text.trim() === '' ? '' : `\n\n${fence}${language}\n${text}\n${fence}\n\n`;
}

function list(piece: Piece, depth: number): string {
  let number = Number(piece.getAttribute?.('start') ?? 1) || 1;
  const ordered = piece.nodeName === 'OL';
  const lines = [...piece.childNodes].flatMap((item) => {
    if (item.nodeName === '#text') return [];
    const mark = ordered ? `${number++}. ` : '- ';
    const text = inside(item, depth + 1)
      .trim()
      .replace(/\n{2,}/gu, '\n');
    return text === '' ? [] : [mark + text.replace(/\n/gu, `\n${' '.repeat(mark.length)}`)];
  });
  return lines.length === 0 ? '' : `\n\n${lines.join('\n')}\n\n`;
}

function quoted(text: string): string {
  return text
    .trim()
    .replace(/\n{3,}/gu, '\n\n')
    .replace(/^/gmu, '> ');
}

function table(piece: Piece, depth: number): string {
  const rows = rowsOf(piece).map((row) =>
    [...row.childNodes]
      .filter(({ nodeName }) => nodeName === 'TD' || nodeName === 'TH')
      .map((cell) => oneLine(inside(cell, depth + 1))),
  );
  const across = Math.max(0, ...rows.map((row) => row.length));
  if (across === 0) return '';
  // A table of one column was made for its looks.
  if (across === 1) return rows.map(([cell = '']) => block(cell)).join('');
  const lines = rows.map((row) => `| ${Array.from({ length: across }, (_, at) => row[at] ?? '').join(' | ')} |`);
  const [head = '', ...others] = lines;
  return `\n\n${[head, `|${' --- |'.repeat(across)}`, ...others].join('\n')}\n\n`;
}

function rowsOf(piece: Piece): Piece[] {
  return [...piece.childNodes].flatMap((child) => {
    if (child.nodeName === 'TR') return [child];
    return /^(?:THEAD|TBODY|TFOOT)$/u.test(child.nodeName) ? rowsOf(child) : [];
  });
}
