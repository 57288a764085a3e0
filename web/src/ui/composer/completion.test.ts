import { describe, expect, test } from 'vitest';
import { closedEmojiAt, completed, triggerAt } from './completion';

/** The trigger at the `|` in a text. */
function at(text: string) {
  const caret = text.indexOf('|');
  const found = triggerAt(text.replace('|', ''), caret);
  return found && `${found.kind} ${found.query}`;
}

/** The text after a name was chosen at the `|`. */
function chosen(marked: string, name: string): string {
  const caret = marked.indexOf('|');
  const text = marked.replace('|', '');
  const trigger = triggerAt(text, caret);
  if (!trigger) throw new Error(`nothing to complete in ${marked}`);
  const { start, end, insert } = completed(text, trigger, name);
  return text.slice(0, start) + insert + text.slice(end);
}

describe('noticing that somebody is about to be named', () => {
  test('a sign at the beginning of a word begins a name', () => {
    expect(at('@|')).toBe('user ');
    expect(at('hi @an|')).toBe('user an');
    expect(at('(see #lob|)')).toBe('room lob');
    expect(at('well :tad|')).toBe('emoji tad');
    expect(at('first line\n@be|')).toBe('user be');
  });

  test('a sign inside a word begins none', () => {
    expect(at('ana@example|')).toBeNull();
    expect(at('C#maj|')).toBeNull();
    expect(at('at 10:30|')).toBeNull();
  });

  test('a space ends a name, and the caret before the sign is not in it', () => {
    expect(at('@ana hello|')).toBeNull();
    expect(at('|@ana')).toBeNull();
  });

  test('a colon with one letter is a smiley, not a search', () => {
    expect(at(':D|')).toBeNull();
    expect(at(':|')).toBeNull();
  });

  test('in code nobody is named', () => {
    expect(at('`@dec|`')).toBeNull();
    expect(at('```\n@dec|')).toBeNull();
    expect(at('```\ncode\n```\n@an|')).toBe('user an');
    expect(at('`code` @an|')).toBe('user an');
  });
});

const closed = (text: string) => closedEmojiAt(text, text.length)?.query;

describe('commands and closed shortcodes', () => {
  test('a slash begins a command at the very beginning only', () => {
    expect(at('/rem|')).toBe('command rem');
    expect(at('/|')).toBe('command ');
    expect(at('say /rem|')).toBeNull();
    expect(at('/remind me|')).toBeNull();
    expect(at('/invite @be|')).toBe('user be');
  });

  test('the second colon closes a shortcode', () => {
    expect(closed('so :tea:')).toBe('tea');
    expect(closed('at 10:30:')).toBeUndefined();
    expect(closed('`:tea:')).toBeUndefined();
  });
});

describe('putting a name in', () => {
  test('the name takes the place of what was typed, with one space behind it', () => {
    expect(chosen('hi @an|', '@ana')).toBe('hi @ana ');
    expect(chosen('hi @an| there', '@ana')).toBe('hi @ana there');
  });

  test('the rest of the word behind the caret goes with it', () => {
    expect(chosen('hi @a|na!', '@anabel')).toBe('hi @anabel !');
  });

  test('an emoji takes the place of its code', () => {
    expect(chosen('done :tad|', '🎉')).toBe('done 🎉 ');
  });
});
