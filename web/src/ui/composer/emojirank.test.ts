import { expect, test } from 'vitest';
import type { EmojiChoice } from '../emoji/emoji';
import { emojiOf, rankedEmoji } from './emojirank';

const choice = (emoji: string, name: string, ...shortcodes: string[]): EmojiChoice => ({ emoji, name, shortcodes });
const FOUND = [
  choice('🐻', 'teddy bear', 'teddy_bear'),
  choice('🧑‍🏫', 'teacher', 'teacher'),
  choice('🫖', 'teapot', 'teapot'),
  choice('☕', 'hot beverage', 'coffee', 'hot_beverage'),
  choice('🍵', 'teacup without handle', 'tea'),
  choice('🐝', 'honeybee', 'bee'),
];

test('tea finds the teacup first, then what begins with it, then what is about it', () => {
  const ranked = rankedEmoji('tea', FOUND, []).map(({ choice: { emoji } }) => emoji);
  expect(ranked.slice(0, 3)).toEqual(['🍵', '🫖', '🧑‍🏫']);
});

test('among equals those used last come first', () => {
  const equals = [choice('🅰️', 'one', 'x_one'), choice('🅱️', 'two', 'x_two')];
  expect(rankedEmoji('x_', equals, ['🅱️'])[0]?.choice.emoji).toBe('🅱️');
});

test('a whole shortcode names one emoji', () => {
  expect(emojiOf('Coffee', FOUND)?.emoji).toBe('☕');
  expect(emojiOf('coff', FOUND)).toBeUndefined();
});
