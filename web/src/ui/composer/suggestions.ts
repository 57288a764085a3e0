// What is offered for the beginning of a name, best first.

import type { EmojiChoice, RoomView, User, UserId } from '../../lib';
import { fitting } from '../search/match';

/** One thing to choose from. */
export interface Suggestion {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  /** What stands in the text once it is chosen. */
  readonly insert: string;
  readonly user?: User;
  readonly emoji?: EmojiChoice;
}

/** More than this nobody reads. */
const MOST = 8;
/** Calls everyone in the room. */
const EVERYONE: Suggestion = { key: 'room', label: 'room', hint: 'Everyone in this room', insert: '@room' };

/** Members who may be meant, those first who wrote `recently` (last first), and `@room`. */
export function peopleFor(query: string, members: readonly User[], recently: readonly UserId[]): Suggestion[] {
  const rank = (user: User) => {
    const place = recently.indexOf(user.id);
    return place < 0 ? recently.length : place;
  };
  const present = members.filter((user) => !user.disabled).toSorted((one, other) => rank(one) - rank(other));
  const people = fitting(query, present, (user) => [user.username, user.name]).map((user) => ({
    key: user.id,
    label: user.name,
    hint: `@${user.username}`,
    insert: `@${user.username}`,
    user,
  }));
  const everyone = EVERYONE.label.startsWith(query.toLowerCase()) ? [EVERYONE] : [];
  return query === '' ? [...people.slice(0, MOST - 1), ...everyone] : [...everyone, ...people].slice(0, MOST);
}

/** The user's own rooms that may be meant; direct rooms have no name. */
export function roomsFor(query: string, rooms: readonly RoomView[]): Suggestion[] {
  const named = rooms.filter(({ room }) => room.kind !== 'direct' && !room.archived);
  return fitting(query, named, ({ room }) => [room.name])
    .slice(0, MOST)
    .map(({ id, room }) => ({ key: id, label: room.name, hint: room.topic, insert: `#${room.name}` }));
}

/** Emoji that were found, those first whose own code begins like the query. */
export function emojiFor(query: string, found: readonly EmojiChoice[]): Suggestion[] {
  const typed = query.toLowerCase();
  const own = (choice: EmojiChoice) => Number(!choice.shortcodes.some((code) => code.startsWith(typed)));
  return found
    .toSorted((one, other) => own(one) - own(other))
    .slice(0, MOST)
    .map((emoji) => ({
      key: emoji.emoji,
      label: `:${emoji.shortcodes.find((code) => code.startsWith(typed)) ?? emoji.shortcodes[0] ?? emoji.name}:`,
      hint: emoji.name,
      insert: emoji.emoji,
      emoji,
    }));
}

/** The one whose code was typed in full: a closing colon takes it. */
export function spelledOut(query: string, suggestions: readonly Suggestion[]): Suggestion | undefined {
  return suggestions.find(({ emoji }) => emoji?.shortcodes.includes(query.toLowerCase()));
}
