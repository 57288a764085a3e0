import { LATE_ICONS } from '../parts/lateicons';
import type { MessageRow } from '../../lib';
import { FORWARD } from '../forward/icon';
import type { Choice } from '../parts/Menu.svelte';
import type { Desk } from './desk.svelte';

/** Everything that can be done with a message. `open` shows another panel in the place of the menu. */
export function menuOf(row: MessageRow, desk: Desk, open: (kind: 'emoji' | 'who') => void): Choice[] {
  const choices: (Choice | false)[] = [
    desk.canReact(row) && { label: 'React', icon: LATE_ICONS.smile, keys: '+', act: () => open('emoji') },
    desk.canAnswer(row) && { label: 'Reply', icon: 'reply', keys: 'R', act: () => desk.reply(row) },
    desk.canThread(row) && {
      label: desk.feed ? 'Comments' : 'Thread',
      icon: 'thread',
      keys: 'T',
      act: () => desk.openThread(row),
    },
    row.seq !== null && !row.deleted && { label: 'Forward', icon: FORWARD, act: () => desk.forward(row) },
    desk.canEdit(row) && { label: 'Edit', icon: 'edit', keys: 'E', act: () => desk.edit(row) },
    desk.canPin(row) && { label: row.pinned ? 'Unpin' : 'Pin', icon: LATE_ICONS.pin, act: () => desk.pin(row) },
    row.seq !== null &&
      !row.deleted && {
        label: desk.isSaved(row) ? 'Remove from saved' : 'Save',
        icon: 'bookmark',
        act: () => void desk.save(row),
      },
    row.seq !== null && {
      label: 'Unread from here',
      icon: 'arrowDown',
      keys: 'U',
      act: () => void desk.unreadFrom(row),
    },
    row.seq !== null && { label: 'Copy link', icon: 'link', keys: 'C', act: () => void desk.copyLink(row) },
    row.seq !== null && !row.deleted && { label: 'Remind me', icon: 'clock', act: () => desk.remind(row) },
    !row.deleted && { label: 'Copy text', icon: LATE_ICONS.copy, act: () => void desk.copySource(row) },
    row.reactions.length > 0 && { label: 'Who reacted', icon: 'people', act: () => open('who') },
    desk.canDelete(row) && {
      label: 'Delete',
      icon: LATE_ICONS.trash,
      keys: 'Del',
      danger: true,
      act: () => desk.askDelete(row),
    },
  ];
  return choices.filter((choice) => choice !== false);
}
