// Who stands where in a room, and what one may do about it.

import type { Role, RoomMember, RoomView, UserId } from '../../lib';
import { fitting } from '../search/match';

const RANKS: readonly Role[] = ['guest', 'member', 'moderator', 'admin', 'owner'];

/** The role that counts in the room: the greater of the room's and the workspace's, which adds nothing below moderator. */
export function roleIn({ user, role }: RoomMember): Role {
  const everywhere = rank(user.role) >= rank('moderator') ? user.role : role;
  return rank(everywhere) > rank(role) ? everywhere : role;
}

/** What the user may do with a member. */
export interface Powers {
  readonly promote: boolean;
  readonly demote: boolean;
  readonly remove: boolean;
}

/** Moderators act on others: they remove those below them, and make moderators of all but guests. */
export function powersOver(room: RoomView, me: UserId | undefined, member: RoomMember): Powers {
  const acts = room.canModerate && member.user.id !== me;
  const changes = acts && !room.room.archived && member.user.role !== 'guest';
  return {
    promote: changes && member.role !== 'moderator' && rank(roleIn(member)) < rank('moderator'),
    demote: changes && member.role === 'moderator',
    remove: acts && rank(roleIn(member)) < rank(room.role),
  };
}

/** Members whose name fits a query; without one in two groups, those who moderate first. */
export function groupsOf(members: readonly RoomMember[], query: string): { title: string; members: RoomMember[] }[] {
  if (query.trim() !== '') {
    const found = fitting(query.replace(/^\s*@/u, ''), members, ({ user }) => [user.name, user.username]);
    return found.length > 0 ? [{ title: 'Found', members: found }] : [];
  }
  return [
    { title: 'Moderators', members: members.filter(moderates) },
    { title: 'Members', members: members.filter((member) => !moderates(member)) },
  ].filter((group) => group.members.length > 0);
}

function moderates(member: RoomMember): boolean {
  return rank(roleIn(member)) >= rank('moderator');
}

function rank(role: Role): number {
  return RANKS.indexOf(role);
}
