import { describe, expect, test } from 'vitest';
import { around, carried, grown, trimmed, type Span } from './span';

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ key: `${from + index}` }));
const size = ({ start, end }: Span) => end - start;

describe('the window of rows', () => {
  test('opens at the end, or around a row that is in it', () => {
    expect(around(5_000, 'end').end).toBe(5_000);
    const span = around(5_000, 2_500);
    expect(span.start).toBeLessThan(2_500);
    expect(span.end).toBeGreaterThan(2_500);
    expect(around(3, 'end')).toEqual({ start: 0, end: 3 });
  });

  test('never holds more than 200 rows, however far the reader goes', () => {
    let span = around(5_000, 'end');
    for (let step = 0; step < 500 && span.start > 0; step += 1) {
      span = grown(span, 'before', 5_000, { first: span.start, last: span.start + 20 });
      expect(size(span)).toBeLessThanOrEqual(200);
    }
    expect(span.start).toBe(0);
    for (let step = 0; step < 500 && span.end < 5_000; step += 1) {
      span = grown(span, 'after', 5_000, { first: span.end - 20, last: span.end - 1 });
      expect(size(span)).toBeLessThanOrEqual(200);
    }
    expect(span.end).toBe(5_000);
  });

  test('is cut to 140 rows on the side away from the reader', () => {
    expect(trimmed({ start: 0, end: 200 }, 'after', undefined)).toEqual({ start: 0, end: 200 });
    expect(trimmed({ start: 100, end: 301 }, 'after', undefined)).toEqual({ start: 100, end: 240 });
    expect(trimmed({ start: 100, end: 301 }, 'before', undefined)).toEqual({ start: 161, end: 301 });
  });

  test('is not cut through a row that is held', () => {
    expect(trimmed({ start: 0, end: 240 }, 'after', { first: 3, last: 180 })).toEqual({ start: 0, end: 181 });
    expect(trimmed({ start: 0, end: 240 }, 'before', { first: 60, last: 230 })).toEqual({ start: 60, end: 240 });
  });

  test('never grows beyond its size for a row that is held far away', () => {
    expect(trimmed({ start: 0, end: 240 }, 'after', { first: 3, last: 220 })).toEqual({ start: 0, end: 200 });
    expect(trimmed({ start: 0, end: 240 }, 'before', { first: 12, last: 230 })).toEqual({ start: 40, end: 240 });
  });
});

describe('the window over a newer list', () => {
  test('shows the same rows when older ones came before them', () => {
    const [before, after] = [rows(50, 250), rows(0, 250)];
    const span = carried(before, after, { start: 10, end: 110 }, false);
    expect(span).toEqual({ start: 60, end: 160 });
    expect(after.slice(span.start, span.end)).toEqual(before.slice(10, 110));
  });

  test('takes new rows in at the end, without a limit only for a reader who stands there', () => {
    const [before, after] = [rows(0, 100), rows(0, 400)];
    expect(carried(before, after, { start: 0, end: 100 }, true)).toEqual({ start: 0, end: 400 });
    expect(carried(before, after, { start: 0, end: 100 }, false)).toEqual({ start: 0, end: 200 });
  });

  test('leaves new rows out when its own end is not the end', () => {
    expect(carried(rows(0, 100), rows(0, 101), { start: 0, end: 60 }, false)).toEqual({ start: 0, end: 60 });
  });

  test('finds its place by the next row when its first is gone', () => {
    const before = rows(0, 100);
    const after = before.filter(({ key }) => key !== '40');
    const span = carried(before, after, { start: 40, end: 90 }, false);
    expect(after.slice(span.start, span.end).map(({ key }) => key)).toContain('41');
    expect(size(span)).toBe(50);
  });

  test('goes to the end when nothing of it is left', () => {
    expect(carried(rows(0, 50), rows(500, 700), { start: 0, end: 50 }, false).end).toBe(200);
  });
});
