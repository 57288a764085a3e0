import { expect, test } from 'vitest';
import { beginsNearly, forgiven } from './slips';

test('short words are taken as they are, longer ones with one slip or two', () => {
  expect([3, 4, 7, 8].map(forgiven)).toEqual([0, 1, 1, 2]);
});

test('a wrong, missing, doubled or swapped letter is a slip each', () => {
  for (const part of ['garden', 'gardne', 'gerden', 'grden', 'garrden', 'garde', 'gard']) {
    expect(beginsNearly(part, 'garden', 1), part).toBe(true);
  }
  for (const part of ['gnedra', 'kitchen', 'gadrne', 'grdn']) expect(beginsNearly(part, 'garden', 1), part).toBe(false);
  expect(beginsNearly('devleopmnet', 'development', 2)).toBe(true);
  expect(beginsNearly('devlpmnt', 'development', 2)).toBe(false);
  expect(beginsNearly('announcmetn', 'announcements', 2)).toBe(true);
});

test('no slips are none', () => {
  expect(beginsNearly('gar', 'garden', 0)).toBe(true);
  expect(beginsNearly('gra', 'garden', 0)).toBe(false);
});
