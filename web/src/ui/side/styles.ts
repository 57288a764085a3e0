import type { RoomStyle } from '../../lib';

/** The styles of a room, as people choose among them. */
export const STYLES: readonly { value: RoomStyle; label: string; hint: string }[] = [
  { value: 'chat', label: 'Chat', hint: 'Everyone writes; replies can go into threads.' },
  { value: 'flat', label: 'Flat chat', hint: 'Everyone writes; all replies stand in one timeline.' },
  { value: 'read_only', label: 'Read-only', hint: 'Moderators write, others read and react.' },
  { value: 'feed', label: 'Feed', hint: 'Posts as cards with comments, the newest on top.' },
];
