import { describe, expect, test } from 'vitest';
import type { Forwarded, Poll } from '../../lib';
import { excerpt, excerptOf, wordsOf, type Part } from './highlight';

/** An excerpt as one text, hits in brackets. */
const marked = (parts: readonly Part[]) => parts.map((part) => (part.hit ? `[${part.text}]` : part.text)).join('');

const shown = (text: string, query: string, inside = false) => marked(excerpt(text, [query], inside));

/** The excerpt of a message. */
const told = (html: string, text: string, query: string) => marked(excerptOf({ html, text }, [query]));

describe('marking what was found', () => {
  test('words are marked where they begin, not in the middle of others', () => {
    expect(shown('Tea in the garden, nothing in it', 'in')).toBe('Tea [in] the garden, nothing [in] it');
    expect(shown('gardens and gardeners', 'garden')).toBe('[garden]s and [garden]ers');
  });

  test('letter case, accents and width do not count, and whole characters are marked', () => {
    expect(shown('Das Café ist offen', 'cafe')).toBe('Das [Café] ist offen');
    expect(shown('Das Cafe\u0301 ist offen', 'CAFÉ')).toBe('Das [Cafe\u0301] ist offen');
    expect(shown('ＡＢＣ first', 'abc')).toBe('[ＡＢＣ] first');
  });

  test('parts of names in code and text without spaces are marked', () => {
    expect(shown('call roomView now', 'view')).toBe('call room[View] now');
    expect(shown('東京都庁', '京都')).toBe('東[京都]庁');
  });

  test('what was found inside of words is marked there, and emoji are marked too', () => {
    expect(shown('smartphones are phones', 'phone', true)).toBe('smart[phone]s are [phone]s');
    expect(shown('well done 🎉 team', 'done 🎉')).toBe('well [done] [🎉] team');
  });

  test('HTML and patterns in a query are only text', () => {
    expect(shown('a <b>bold</b> word.*', 'b>bold .*')).toBe('a <[b]>[bold]</[b]> word.*');
    expect(wordsOf(['(.*)'])).toEqual([]);
  });

  test('a message is told by its words, by its source only where the words do not have it', () => {
    const link = '<p>See <a href="https://tea.example/kettle">this</a>, it <strong>sings</strong></p>';
    const source = 'See [this](https://tea.example/kettle), it **sings**';
    expect(told(link, source, 'sings')).toBe('See this, it [sings]');
    expect(told(link, source, 'kettle')).toContain('tea.example/[kettle]');
    expect(told('<p>by <span class="spoiler">the butler</span></p>', 'by ||the butler||', 'butler')).toBe('by spoiler');
    expect(told('', '', 'dusk')).toBe('');
  });

  test('what a message passes on and the options of its poll are told where they have what was looked for', () => {
    const poll = { options: [{ text: 'Soup' }, { text: 'Dumplings' }] } as Poll;
    const passed = { html: '<p>The <em>kettle</em> sings</p>', text: 'The *kettle* sings' } as Forwarded;
    const asks = { html: '<p>What do we eat?</p>', text: 'What do we eat?' };
    expect(marked(excerptOf({ ...asks, poll }, ['dump']))).toBe('What do we eat? · Soup · [Dump]lings');
    expect(marked(excerptOf({ ...asks, poll }, ['eat']))).toBe('What do we [eat]?');
    expect(marked(excerptOf({ ...asks, forwarded: passed }, ['kettle']))).toBe('What do we eat? · The [kettle] sings');
    expect(marked(excerptOf({ ...asks, forwarded: passed }, ['eat sings']))).toBe(
      'What do we [eat]? · The kettle [sings]',
    );
    expect(marked(excerptOf({ html: '', text: '', forwarded: passed }, ['kettle']))).toBe('The [kettle] sings');
    expect(marked(excerptOf({ html: '', text: '', forwarded: passed }, ['other']))).toBe('The kettle sings');
  });

  test('a long text is cut around its first hit, at a space, with an ellipsis', () => {
    const text = `${'far away '.repeat(60)}needle ${'and on '.repeat(60)}`;
    const cut = shown(text, 'needle');
    expect(cut).toMatch(/^…(far|away)/);
    expect(cut).toContain('[needle]');
    expect(cut.endsWith('…')).toBe(true);
    expect(cut.length).toBeLessThan(300);
  });

  test('a cut never halves an emoji', () => {
    for (const lead of ['', 'x']) {
      const cut = shown(`${lead}${'😀'.repeat(400)}`, 'nothing');
      expect(cut).not.toMatch(/\p{Surrogate}/u);
    }
  });
});
