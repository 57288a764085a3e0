import type { Room } from '../../lib';
import type { IconName } from '../parts/icons';

/** A bell that is struck through. */
export const MUTED = 'M6 13.5V9a4 4 0 0 1 6.6-3M14 8.6v4.9l1.2 1.5H6.6M8.6 17h2.8M3.5 3.5l13 13';

/** The icon of a room that is not direct. */
export function iconOf(room: Room): IconName {
  if (room.archived) return 'archive';
  if (room.style === 'feed') return 'feed';
  if (room.style === 'read_only') return 'megaphone';
  return room.kind === 'private' ? 'lock' : 'hash';
}

/** The kind of a room in words, for those who do not see the icon. */
export function kindOf(room: Room): string {
  if (room.kind === 'direct') return 'Direct messages';
  const access = room.kind === 'private' ? 'Private' : 'Public';
  const style = { chat: 'room', read_only: 'read-only room', feed: 'feed', flat: 'room' }[room.style];
  return `${access} ${style}${room.archived ? ', archived' : ''}`;
}
