import { describe, expect, test } from 'vitest';
import { brokenLine, type Edit, fenced, inFence, linked, marked, prefixed, type Written } from './markdown';

/** A text in which `[` and `]` stand for the ends of what is selected, or `|` for the caret. */
function written(shown: string): Written {
  const start = shown.search(/[⟦|]/u);
  const text = shown.replace(/[⟦⟧|]/gu, '');
  const end = shown.includes('⟧') ? shown.indexOf('⟧') - 1 : start;
  return { text, start, end };
}

/** The text after an edit, shown in the same way. */
function after(before: Written, edit: Edit | null): string {
  if (!edit) return 'plain';
  const text = before.text.slice(0, edit.start) + edit.insert + before.text.slice(edit.end);
  const [from, to] = edit.select;
  if (from === to) return `${text.slice(0, from)}|${text.slice(from)}`;
  return `${text.slice(0, from)}⟦${text.slice(from, to)}⟧${text.slice(to)}`;
}

function applied(shown: string, change: (text: Written) => Edit | null): string {
  const before = written(shown);
  return after(before, change(before));
}

describe('marks', () => {
  test('go around what is selected and come off again', () => {
    expect(applied('a ⟦word⟧ here', (text) => marked(text, '**'))).toBe('a **⟦word⟧** here');
    expect(applied('a **⟦word⟧** here', (text) => marked(text, '**'))).toBe('a ⟦word⟧ here');
    expect(applied('a ⟦**word**⟧ here', (text) => marked(text, '**'))).toBe('a ⟦word⟧ here');
  });

  test('without a selection the caret is between them', () => {
    expect(applied('say |', (text) => marked(text, '`'))).toBe('say `|`');
  });
});

describe('links', () => {
  test('ask for what is missing', () => {
    expect(applied('see ⟦the docs⟧', (text) => linked(text))).toBe('see [the docs](|)');
    expect(applied('⟦https://a.example⟧', (text) => linked(text))).toBe('[|](https://a.example)');
  });

  test('a pasted address goes behind the words', () => {
    expect(applied('see ⟦docs⟧', (text) => linked(text, 'https://a.example'))).toBe('see [docs](https://a.example)|');
  });
});

describe('lists and quotes', () => {
  test('the selected lines become a list, and lines again', () => {
    expect(applied('⟦one\ntwo⟧', (text) => prefixed(text, 'numbers'))).toBe('⟦1. one\n2. two⟧');
    expect(applied('⟦1. one\n2. two⟧', (text) => prefixed(text, 'numbers'))).toBe('⟦one\ntwo⟧');
    expect(applied('⟦1. one\n2. two⟧', (text) => prefixed(text, 'bullets'))).toBe('⟦- one\n- two⟧');
  });

  test('one line without a selection', () => {
    expect(applied('said|', (text) => prefixed(text, 'quote'))).toBe('> said|');
  });

  test('a new line goes on with the list', () => {
    expect(applied('- one|', brokenLine)).toBe('- one\n- |');
    expect(applied('  9) nine|', brokenLine)).toBe('  9) nine\n  10) |');
    expect(applied('- [x] done|', brokenLine)).toBe('- [x] done\n- [ ] |');
    expect(applied('> said|', brokenLine)).toBe('> said\n> |');
  });

  test('an empty item ends the list', () => {
    expect(applied('- one\n- |', brokenLine)).toBe('- one\n|');
  });

  test('a plain line is left alone', () => {
    expect(applied('plain|', brokenLine)).toBe('plain');
    expect(applied('well-known - thing|', brokenLine)).toBe('plain');
  });
});

describe('code blocks', () => {
  test('a new line after the opening brings the end', () => {
    expect(applied('```rust|', brokenLine)).toBe('```rust\n|\n```');
    expect(applied('~~~|', brokenLine)).toBe('~~~\n|\n~~~');
  });

  test('code keeps its indent', () => {
    expect(applied('```\n  deep|\n```', brokenLine)).toBe('```\n  deep\n  |\n```');
  });

  test('what is selected is put on lines of its own, behind a fence that it does not hold', () => {
    expect(applied('so: ⟦let a⟧ ok', (text) => fenced(text, 'js'))).toBe('so: \n```js\nlet a|\n```\n ok');
    expect(applied('⟦```\nx\n```⟧', (text) => fenced(text))).toBe('````\n```\nx\n```|\n````');
  });

  test('one is in a block between its fences only', () => {
    const text = 'a\n```\nb\n```\nc';
    expect([1, 7, text.length].map((caret) => inFence(text, caret))).toEqual([false, true, false]);
  });
});
