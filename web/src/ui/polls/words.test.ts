import { expect, test } from 'vitest';
import { sumUp } from './words';

test('a poll is summed up with its rules', () => {
  const poll = { options: [], voters: 0, multiple: false, hidden: false, closed: false };
  expect(sumUp(poll)).toBe('Nobody has voted yet');
  expect(sumUp({ ...poll, voters: 1, closed: true })).toBe('1 person voted · closed');
  expect(sumUp({ ...poll, voters: 4, multiple: true, hidden: true })).toBe(
    '4 people voted · choose several · names are hidden',
  );
});
