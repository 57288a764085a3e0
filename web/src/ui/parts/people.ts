import type { Presence, Role, User } from '../../lib';

/** The hue of somebody's avatar: spread over the circle by their id, the same everywhere and for ever. */
export function hueOf(id: string): number {
  let hash = 7;
  for (const char of id) hash = (hash * 31 + char.charCodeAt(0)) % 3600;
  return (hash * 137.5) % 360;
}

/** Up to two letters that stand for a name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u);
  const first = [...(words[0] ?? '')][0] ?? '';
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : '';
  return (first + last).toLocaleUpperCase();
}

export const PRESENCE_WORDS: Record<Presence, string> = {
  online: 'Online',
  away: 'Away',
  dnd: 'Do not disturb',
  offline: 'Offline',
};

export const ROLE_WORDS: Record<Role, string> = {
  guest: 'Guest',
  member: 'Member',
  moderator: 'Moderator',
  admin: 'Admin',
  owner: 'Owner',
};

const RANKS: readonly Role[] = ['guest', 'member', 'moderator', 'admin', 'owner'];

/** Whether a role is at least another. */
export function atLeast(role: Role | undefined, least: Role): boolean {
  return role !== undefined && RANKS.indexOf(role) >= RANKS.indexOf(least);
}

/** The word beside a name that says that somebody is not an ordinary member. */
export function tagOf(user: User | undefined): string | undefined {
  if (!user) return undefined;
  if (user.bot) return 'Bot';
  if (user.role === 'guest') return 'Guest';
  return undefined;
}

/** Several names as one phrase in the reader's language. */
export function namesOf(names: readonly string[]): string {
  return new Intl.ListFormat(undefined, { type: 'conjunction' }).format(names);
}
