import { describe, expect, test } from 'vitest';
import type { RoomView, User } from '../../lib';
import { personIn, pieceAt, replaced, suggestionsFor } from './filters';

const room = (title: string) => ({ id: title, title, room: { kind: 'public' } }) as unknown as RoomView;
const ROOMS = [room('lobby'), room('garden plans')];
const BEN = { id: '7', name: 'Ben', username: 'ben' } as User;
const inserts = (piece: string) => suggestionsFor(piece, ROOMS, [BEN]).map(({ insert }) => insert);

describe('completing filters', () => {
  test('the piece is what stands between spaces, but for those in quotes', () => {
    expect(pieceAt('tea from:be x', 11)).toEqual({ start: 4, end: 11, text: 'from:be' });
    expect(pieceAt('tea in:"garden pl', 17)).toEqual({ start: 4, end: 17, text: 'in:"garden pl' });
    expect(pieceAt('tea ', 4)).toEqual({ start: 4, end: 4, text: '' });
  });

  test('names of filters, people, rooms and days are offered', () => {
    expect(inserts('fr')).toEqual(['from:']);
    expect(inserts('-fr')).toEqual(['-from:']);
    expect(inserts('from:b')).toEqual(['from:ben ']);
    expect(inserts('in:@b')).toEqual(['in:@ben ']);
    expect(inserts('in:gard')).toEqual(['in:"garden plans" ']);
    expect(inserts('has:c')).toEqual(['has:code ']);
    expect(inserts('is:')).toEqual(['is:thread ', 'is:pinned ']);
    expect(inserts('during:y')).toEqual(['during:yesterday ']);
    expect(inserts('tea')).toEqual([]);
    expect(inserts('')).toEqual([]);
  });

  test('people are looked up by what was typed of their name', () => {
    expect(personIn('from:@be')).toBe('be');
    expect(personIn('-in:@be')).toBe('be');
    expect(personIn('in:be')).toBeUndefined();
  });

  test('the rest of the query stays and the caret stands behind what came in', () => {
    const query = 'tea fr cake';
    expect(replaced(query, pieceAt(query, 6), 'from:')).toEqual({ query: 'tea from:cake', caret: 9 });
    expect(replaced('from:be', pieceAt('from:be', 7), 'from:ben ')).toEqual({ query: 'from:ben ', caret: 9 });
  });
});
