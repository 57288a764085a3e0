import { describe, expect, test } from 'vitest';
import type { Role, RoomMember, RoomView } from '../../lib';
import { groupsOf, powersOver, roleIn } from './roles';

function member(name: string, role: Role, everywhere: Role = 'member'): RoomMember {
  const username = name.toLowerCase();
  return { role, user: { id: username, username, name, role: everywhere, bot: false, disabled: false, status: '' } };
}

function room(role: Role, archived = false): RoomView {
  return { role, canModerate: role !== 'member' && role !== 'guest', room: { archived } } as RoomView;
}

const ana = member('Ana', 'moderator');
const ben = member('Ben', 'member');
const cleo = member('Cleo', 'member', 'owner');
const guest = member('Gus', 'guest', 'guest');

const titles = (query: string) =>
  groupsOf([ana, ben, cleo, guest], query).map(
    ({ title, members }) => `${title}: ${members.map(({ user }) => user.name).join(', ')}`,
  );

describe('the role that counts', () => {
  test('the workspace counts from moderator on, the room otherwise', () => {
    expect(roleIn(cleo)).toBe('owner');
    expect(roleIn(ana)).toBe('moderator');
    expect(roleIn(member('Dan', 'guest', 'member'))).toBe('guest');
  });
});

describe('what one may do with a member', () => {
  test('ordinary members may do nothing', () => {
    expect(powersOver(room('member'), 'ben', ana)).toEqual({ promote: false, demote: false, remove: false });
  });

  test('moderators remove those below them and make moderators', () => {
    expect(powersOver(room('moderator'), 'dan', ben)).toEqual({ promote: true, demote: false, remove: true });
    expect(powersOver(room('moderator'), 'dan', ana)).toEqual({ promote: false, demote: true, remove: false });
    expect(powersOver(room('moderator'), 'dan', cleo)).toEqual({ promote: false, demote: false, remove: false });
  });

  test('guests can be removed but not made moderators, and nobody acts on themselves', () => {
    expect(powersOver(room('owner'), 'cleo', guest)).toEqual({ promote: false, demote: false, remove: true });
    expect(powersOver(room('moderator'), 'ana', ana)).toEqual({ promote: false, demote: false, remove: false });
  });

  test('in an archived room nobody becomes a moderator', () => {
    expect(powersOver(room('owner', true), 'cleo', ben).promote).toBe(false);
  });
});

describe('listing members', () => {
  test('those who moderate stand first', () => {
    expect(titles('')).toEqual(['Moderators: Ana, Cleo', 'Members: Ben, Gus']);
  });

  test('a query finds by name and by username, with or without its sign', () => {
    expect(titles('@be')).toEqual(['Found: Ben']);
    expect(titles('nobody')).toEqual([]);
  });
});
