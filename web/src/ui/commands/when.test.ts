import { describe, expect, test } from 'vitest';
import { fieldOf, offeredTimes, timeAt } from './when';

/** Wednesday, 14:30. */
const NOW = new Date(2026, 10, 18, 14, 30).getTime();

function read(text: string): string | null {
  const found = timeAt(text, NOW);
  return found && `${fieldOf(found.atMs).replace('T', ' ')} | ${found.rest}`;
}

describe('times as people write them', () => {
  test.each([
    ['tomorrow 9:00 water the roses', '2026-11-19 09:00 | water the roses'],
    ['tomorrow at 5pm tea', '2026-11-19 17:00 | tea'],
    ['tomorrow buy 3 cups', '2026-11-19 09:00 | buy 3 cups'],
    ['in 20 minutes kettle', '2026-11-18 14:50 | kettle'],
    ['in an hour, kettle', '2026-11-18 15:30 | kettle'],
    ['2h kettle', '2026-11-18 16:30 | kettle'],
    ['at 16:00 kettle', '2026-11-18 16:00 | kettle'],
    ['9:00 kettle', '2026-11-19 09:00 | kettle'],
    ['friday 8:15 market', '2026-11-20 08:15 | market'],
    ['wednesday 9:00 the next one', '2026-11-25 09:00 | the next one'],
    ['on mon plan the week', '2026-11-23 09:00 | plan the week'],
    ['2026-12-24 18:00 candles', '2026-12-24 18:00 | candles'],
    ['12am midnight', '2026-11-19 00:00 | midnight'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected));

  test.each([
    'water the roses',
    '',
    'in no time',
    'today 9:00 too late',
    '2020-01-01 over',
    '25:00 no',
    'marvellous',
    '3 cups',
  ])('no time to come: %s', (text) => expect(read(text)).toBeNull());

  test('the offers are all to come', () => {
    const offers = offeredTimes(NOW);
    expect(offers.every(({ atMs }) => atMs > NOW)).toBe(true);
    expect(offers.map(({ label }) => label)).toContain('Tomorrow morning');
  });

  test('early on a Monday this morning is not the next one', () => {
    const early = new Date(2026, 10, 23, 4, 50).getTime();
    const offered = new Map(offeredTimes(early).map(({ label, atMs }) => [label, new Date(atMs).getDate()]));
    expect([offered.get('This morning'), offered.get('Next Monday')]).toEqual([23, 30]);
    expect(offered.has('Monday morning')).toBe(false);
  });
});
