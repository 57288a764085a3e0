import { untrack } from 'svelte';
import type { EmojiBook, Engine, RoomView, User } from '../../lib';
import { fitting } from '../search/match';
import { completed, triggerAt, type Replacement, type Trigger } from './completion';

const AT_MOST = 8;
const ROOM_WORD = 'room';

/** Something that completes what was begun. */
export interface Completable {
  readonly key: string;
  /** What gets into the text. */
  readonly insert: string;
  readonly label: string;
  readonly detail: string;
  readonly user?: User;
  readonly emoji?: string;
}

/** What could be meant by the name that is being typed, as the state of a list to choose from. */
export class Completer {
  found = $state.raw<readonly Completable[]>([]);
  at = $state(0);
  #trigger: Trigger | null = null;
  /** A name that the writer did not want completed: it is left alone until another one begins. */
  #refused = -1;

  constructor(
    private readonly engine: Engine,
    private readonly room: RoomView,
    private readonly emoji: EmojiBook,
  ) {}

  get open(): boolean {
    return this.found.length > 0;
  }

  /** Looks at what stands before the caret. */
  look(text: string, caret: number): void {
    const trigger = triggerAt(text, caret);
    this.#trigger = trigger;
    if (!trigger || trigger.start === this.#refused) {
      if (!trigger) this.#refused = -1;
      this.found = [];
      return;
    }
    void this.#show(trigger);
  }

  close(): void {
    this.#trigger = null;
    this.found = [];
  }

  /** Acts on a key while the list is open; tells whether it did. */
  key(event: KeyboardEvent, accept: (index: number) => void): boolean {
    if (!this.open) return false;
    // A name that stands there in full needs no completing: Enter sends.
    if (event.key === 'Enter' && this.#isWhole()) {
      this.close();
      return false;
    }
    const count = this.found.length;
    if (event.key === 'ArrowDown') this.at = (this.at + 1) % count;
    else if (event.key === 'ArrowUp') this.at = (this.at + count - 1) % count;
    else if (event.key === 'Enter' || event.key === 'Tab') accept(this.at);
    else if (event.key === 'Escape') {
      this.#refused = this.#trigger?.start ?? -1;
      this.close();
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** What takes the place of the name that was begun. */
  accept(text: string, index: number): Replacement | undefined {
    const choice = this.found[index];
    const trigger = this.#trigger;
    this.close();
    return choice && trigger ? completed(text, trigger, choice.insert) : undefined;
  }

  #isWhole(): boolean {
    const insert = this.found[this.at]?.insert.slice(1).toLowerCase();
    return insert !== undefined && insert === this.#trigger?.query.toLowerCase();
  }

  async #show(trigger: Trigger): Promise<void> {
    const found = await this.#find(trigger);
    // Typing has gone on meanwhile.
    if (this.#trigger !== trigger) return;
    this.found = found.slice(0, AT_MOST);
    this.at = 0;
  }

  async #find({ kind, query }: Trigger): Promise<Completable[]> {
    if (kind === 'user') return this.#people(query);
    if (kind === 'room') return this.#rooms(query);
    const found = await this.emoji.find(query).catch(() => []);
    // What was typed is a shortcode, so its name counts before what it is about.
    const named = found.filter(({ shortcodes }) => shortcodes.some((code) => code.startsWith(query.toLowerCase())));
    const others = found.filter((one) => !named.includes(one));
    return [...named, ...others].map(({ emoji, name, shortcodes }) => ({
      key: emoji,
      insert: emoji,
      label: `:${shortcodes.find((code) => code.startsWith(query.toLowerCase())) ?? shortcodes[0] ?? name}:`,
      detail: '',
      emoji,
    }));
  }

  async #people(query: string): Promise<Completable[]> {
    await this.room.members.load().catch(() => undefined);
    const { list, more } = untrack(() => this.room.members);
    const members = list.map(({ user }) => user).filter((user) => !user.disabled && user.id !== this.engine.me?.id);
    const found = fitting(query, members, ({ name, username }) => [username, name]);
    // A room with more members than are listed: the server knows the others.
    if (more && found.length < AT_MOST) {
      const others = await this.engine.users.find(query).catch(() => []);
      found.push(...others.filter(({ id }) => !found.some((user) => user.id === id)));
    }
    const people = found.map((user) => ({
      key: user.id,
      insert: `@${user.username}`,
      label: user.name,
      detail: `@${user.username}`,
      user,
    }));
    const everyone = { key: ROOM_WORD, insert: `@${ROOM_WORD}`, label: '@room', detail: 'Everyone in this room' };
    return ROOM_WORD.startsWith(query.toLowerCase()) && this.room.room.kind !== 'direct'
      ? [...people.slice(0, AT_MOST - 1), everyone]
      : people;
  }

  #rooms(query: string): Completable[] {
    return fitting(query, this.engine.rooms.rooms, ({ title }) => [title]).map(({ id, title, room }) => ({
      key: id,
      insert: `#${title}`,
      label: `#${title}`,
      detail: room.topic,
    }));
  }
}
