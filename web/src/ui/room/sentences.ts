import type { Entry, RoomDelta, UserId } from '../../lib';

/** Keeps a name's own direction from turning the sentence around it. */
function apart(text: string): string {
  return `\u2068${text}\u2069`;
}

/** What an entry says to a person. */
export function sentenceOf(entry: Entry, nameOf: (id: UserId) => string): string {
  const by = apart(nameOf(entry.by));
  switch (entry.type) {
    case 'room:created':
      return `${by} made this room`;
    case 'room:changed':
      return changeOf(entry.change, by);
    case 'member:joined':
      return entry.user === entry.by ? `${by} joined` : `${by} added ${apart(nameOf(entry.user))}`;
    case 'message:pinned':
      return `${by} pinned a message`;
    case 'message:unpinned':
      return `${by} unpinned a message`;
    case 'member:left':
      return entry.user === entry.by ? `${by} left` : `${by} removed ${apart(nameOf(entry.user))}`;
    case 'member:changed': {
      const user = apart(nameOf(entry.user));
      return entry.role === 'moderator' ? `${by} made ${user} a moderator` : `${by} made ${user} a ${entry.role}`;
    }
    default:
      return '';
  }
}

function changeOf(change: RoomDelta, by: string): string {
  const parts: string[] = [];
  if (change.name !== undefined) parts.push(`named the room ${apart(change.name)}`);
  if (change.topic !== undefined)
    parts.push(change.topic ? `set the topic: ${apart(change.topic)}` : 'removed the topic');
  if (change.style !== undefined) parts.push(STYLES[change.style]);
  if (change.guests !== undefined)
    parts.push(change.guests ? 'opened the room to guests' : 'closed the room to guests');
  if (change.archived !== undefined) parts.push(change.archived ? 'archived the room' : 'opened the room again');
  return `${by} ${parts.join(', ') || 'changed the room'}`;
}

const STYLES = {
  chat: 'let everyone write here',
  read_only: 'made the room read-only',
  feed: 'made the room a feed',
  flat: 'put all replies into the one timeline',
};
