import { expect, test } from 'vitest';
import { plainOf } from './plain';

test('a quote shows words, not Markdown and not HTML', () => {
  const html = '<p>Good <strong>tea</strong> &amp; <code>cake</code></p>\n<ul><li>one</li><li>two</li></ul>';
  expect(plainOf({ html, text: '**tea**' })).toBe('Good tea & cake one two');
  expect(plainOf({ html: '<p>1 &lt; 2 &amp;amp;</p>', text: '' })).toBe('1 < 2 &amp;');
  expect(plainOf({ html: '', text: 'still  source' })).toBe('still source');
});

test('what a spoiler holds is told by nobody', () => {
  const html = '<p>it was <span class="spoiler">the <em>butler</em></span>!</p>';
  expect(plainOf({ html, text: 'it was ||the *butler*||!' })).toBe('it was spoiler!');
});

test('a message of files alone is told by them', () => {
  const file = { id: '1', name: 'dusk.jpg', bytes: 1, kind: 'image', mime: 'image/jpeg', alt: '' } as const;
  const files = [file, { ...file, id: '2' }];
  expect(plainOf({ html: '', text: '', files })).toBe('2 images');
});
