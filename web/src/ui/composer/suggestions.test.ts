import { describe, expect, test } from 'vitest';
import type { EmojiChoice, RoomView, User } from '../../lib';
import { emojiFor, peopleFor, roomsFor, spelledOut } from './suggestions';

function person(username: string, name: string, disabled = false): User {
  return { id: username, username, name, role: 'member', bot: false, disabled, status: '' };
}

function room(name: string, kind: 'public' | 'direct' = 'public', archived = false): RoomView {
  return { id: name, room: { name, kind, archived, topic: '' } } as RoomView;
}

const ana = person('ana', 'Ana Lima');
const ben = person('ben', 'Ben Okafor');
const gone = person('gina', 'Gina', true);
const labels = (suggestions: { label: string }[]) => suggestions.map(({ label }) => label);

describe('offering people', () => {
  test('with nothing typed those who wrote last come first, and the whole room last', () => {
    expect(labels(peopleFor('', [ana, ben], ['ben']))).toEqual(['Ben Okafor', 'Ana Lima', 'room']);
  });

  test('both names count, and people who left are not offered', () => {
    expect(labels(peopleFor('lima', [ana, ben, gone], []))).toEqual(['Ana Lima']);
    expect(peopleFor('be', [ana, ben], [])[0]?.insert).toBe('@ben');
    expect(peopleFor('gin', [ana, ben, gone], [])).toEqual([]);
  });

  test('the whole room is offered by its word', () => {
    expect(labels(peopleFor('ro', [ana, ben], []))).toEqual(['room']);
  });

  test('a large room does not flood the list', () => {
    const many = Array.from({ length: 300 }, (_, index) => person(`user${index}`, `User ${index}`));
    expect(peopleFor('', many, [])).toHaveLength(8);
    expect(peopleFor('user', many, [])).toHaveLength(8);
  });
});

describe('offering rooms', () => {
  test('rooms that have a name and are in use are offered', () => {
    const rooms = [room('lobby'), room('long ago', 'public', true), room('', 'direct')];
    expect(labels(roomsFor('', rooms))).toEqual(['lobby']);
    expect(roomsFor('lo', rooms)[0]?.insert).toBe('#lobby');
  });
});

describe('offering emoji', () => {
  const party: EmojiChoice = { emoji: '🎉', name: 'party popper', shortcodes: ['party', 'tada'] };
  const face: EmojiChoice = { emoji: '🥳', name: 'partying face', shortcodes: ['hooray', 'partying_face'] };
  const ball: EmojiChoice = { emoji: '🎊', name: 'confetti ball', shortcodes: ['confetti_ball'] };

  test('one whose own code fits comes before one that only has it as a tag, under the code that fits', () => {
    expect(labels(emojiFor('part', [ball, face, party]))).toEqual([':partying_face:', ':party:', ':confetti_ball:']);
    expect(emojiFor('tad', [party])[0]).toMatchObject({ label: ':tada:', insert: '🎉' });
  });

  test('a code that is spelled out is one emoji', () => {
    const offered = emojiFor('party', [face, party]);
    expect(spelledOut('party', offered)?.insert).toBe('🎉');
    expect(spelledOut('part', offered)).toBeUndefined();
  });
});
