import { describe, expect, test } from 'vitest';
import { isRich, markdownOf, type Piece } from './richtext';

/** An element as a parsed document has it. */
function h(name: string, ...inside: (Piece | string | Record<string, string>)[]): Piece {
  const attributes = inside.find(
    (part): part is Record<string, string> => typeof part === 'object' && !('nodeName' in part),
  );
  const children = inside
    .filter((part) => part !== attributes)
    .map((part) => (typeof part === 'string' ? text(part) : (part as Piece)));
  return {
    nodeName: name.toUpperCase(),
    childNodes: children,
    textContent: children.map((child) => child.textContent).join(''),
    getAttribute: (key) => attributes?.[key] ?? null,
  };
}

function text(words: string): Piece {
  return { nodeName: '#text', childNodes: [], textContent: words };
}

const body = (...inside: Parameters<typeof h>[1][]) => markdownOf(h('body', ...inside));

describe('pasted rich text', () => {
  test('words keep their marks, without the space beside them', () => {
    expect(body(h('p', 'a ', h('b', 'bold '), 'and ', h('em', 'soft'), ' word'))).toBe('a **bold** and _soft_ word');
    expect(body(h('p', h('del', 'gone'), ' ', h('code', 'x = 1')))).toBe('~~gone~~ `x = 1`');
  });

  test('paragraphs, headings and lines', () => {
    expect(body(h('h2', 'Title'), h('p', 'one', h('br'), 'two'), h('p', 'three'))).toBe(
      '## Title\n\none\ntwo\n\nthree',
    );
  });

  test('links keep an address that is safe, and lose any other', () => {
    expect(body(h('a', { href: 'https://a.example/b_(c)' }, 'here'))).toBe('[here](https://a.example/b_%28c%29)');
    expect(body(h('a', { href: 'https://a.example/' }, 'https://a.example/'))).toBe('https://a.example/');
    expect(body(h('a', { href: 'javascript:alert(1)' }, 'here'))).toBe('here');
  });

  test('lists in lists', () => {
    const inner = h('ol', h('li', 'first'), h('li', 'second'));
    expect(body(h('ul', h('li', 'one', inner), h('li', 'two')))).toBe('- one\n  1. first\n  2. second\n- two');
  });

  test('quotes and code', () => {
    expect(body(h('blockquote', h('p', 'a'), h('p', 'b')))).toBe('> a\n>\n> b');
    expect(body(h('pre', h('code', { class: 'hl language-rust' }, 'fn a() {\n}\n')))).toBe('```rust\nfn a() {\n}\n```');
  });

  test('a table becomes a table, with as many cells in every row', () => {
    const row = (...cells: string[]) => h('tr', ...cells.map((cell) => h('td', cell)));
    const table = h(
      'table',
      h('thead', h('tr', h('th', 'Tea'), h('th', 'Cups'))),
      h('tbody', row('Oolong', '2'), row('a|b')),
    );
    expect(body(table)).toBe('| Tea | Cups |\n| --- | --- |\n| Oolong | 2 |\n| a\\|b |  |');
  });

  test('what looks like Markdown in the words stays words', () => {
    expect(body(h('p', '1 * 2 * 3 and _name_'))).toBe('1 \\* 2 \\* 3 and \\_name\\_');
    expect(body(h('p', '# no title'))).toBe('\\# no title');
  });

  test('styles, scripts and comments say nothing', () => {
    expect(
      body(h('style', 'p {}'), h('script', 'x()'), { nodeName: '#comment', childNodes: [], textContent: 'x' }, 'hi'),
    ).toBe('hi');
  });

  test('a document that wraps everything into a bold that is none is plain', () => {
    const wrapped = h('body', h('b', { style: 'font-weight:normal;' }, h('span', 'hello')));
    expect(markdownOf(wrapped)).toBe('hello');
    expect(isRich(wrapped)).toBe(false);
    expect(isRich(h('body', h('p', h('strong', 'x'))))).toBe(true);
  });

  test('the picture of an emoji is its name', () => {
    const message = h('body', h('p', 'well done ', h('img', { alt: ':party_hat:' })));
    expect(isRich(message)).toBe(true);
    expect(markdownOf(message)).toBe('well done :party_hat:');
    expect(isRich(h('body', h('p', 'look ', h('img', { alt: 'a cat' }))))).toBe(false);
  });

  test('a pathologically deep document is read to a depth', () => {
    let deep = h('div', 'end');
    for (let level = 0; level < 2_000; level += 1) deep = h('div', deep);
    expect(markdownOf(h('body', deep))).toContain('end');
  });
});
