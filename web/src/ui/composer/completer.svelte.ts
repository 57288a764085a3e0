import { untrack } from 'svelte';
import type { Engine, RoomView, User } from '../../lib';
import { customEmoji, type CustomBook } from '../emoji/custom.svelte';
import type { EmojiBook } from '../emoji/emoji';
import { fitting } from '../search/match';
import { closedEmojiAt, completed, triggerAt, type Replacement, type Trigger } from './completion';
import { emojiOf, rankedEmoji } from './emojirank';

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
  readonly #custom: CustomBook;
  /** The words are for a command that takes anybody, not only members of the room. */
  #anyone = false;
  /** A name that the writer did not want completed: it is left alone until another one begins. */
  #refused = -1;

  constructor(
    private readonly engine: Engine,
    private readonly room: RoomView,
    private readonly emoji: EmojiBook,
    private readonly recent: () => readonly string[],
  ) {
    this.#custom = customEmoji(engine);
  }

  get open(): boolean {
    return this.found.length > 0;
  }

  /** Looks at what stands before the caret. */
  look(text: string, caret: number): void {
    const trigger = triggerAt(text, caret);
    this.#trigger = trigger;
    this.#anyone = /^\/(?:invite|dm)\s/iu.test(text);
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

  /** What takes the place of a shortcode that has just been closed by its second colon. */
  async closed(text: string, caret: number): Promise<Replacement | undefined> {
    const closed = closedEmojiAt(text, caret);
    // Those of our own stay as they are: the server shows their pictures.
    if (!closed || this.#custom.picture(`:${closed.query}:`)) return undefined;
    const found = await this.emoji.find(closed.query).catch(() => []);
    const choice = emojiOf(closed.query, found);
    return choice && { start: closed.start, end: closed.end, insert: choice.emoji };
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
    if (kind === 'command') return this.#commands(query);
    const found = [...this.#custom.find(query), ...(await this.emoji.find(query).catch(() => []))];
    return rankedEmoji(query, found, this.recent()).map(({ choice: { emoji }, code }) => ({
      key: emoji,
      insert: emoji,
      label: `:${code}:`,
      detail: '',
      emoji,
    }));
  }

  async #commands(query: string): Promise<Completable[]> {
    const { offered } = await import('../commands/registry');
    const found = offered(this.room, this.engine).filter(({ name }) => name.startsWith(query.toLowerCase()));
    return found.map(({ name, takes, help }) => ({
      key: name,
      insert: `/${name}`,
      label: `/${name}`,
      detail: takes === '' ? help : `${takes} — ${help}`,
    }));
  }

  async #people(query: string): Promise<Completable[]> {
    if (this.#anyone) return (await this.#others(query)).map((user) => named(user));
    await this.room.members.load().catch(() => undefined);
    const { list, more } = untrack(() => this.room.members);
    const members = list.map(({ user }) => user).filter((user) => this.#callable(user));
    const found = fitting(query, members, ({ name, username }) => [username, name]);
    const people = found.map((user) => named(user));
    // A room with more members than are listed: the server knows the others, who may not be members.
    if (more && found.length < AT_MOST) {
      const listed = new Set(list.map(({ user }) => user.id));
      const others = (await this.#others(query)).filter(({ id }) => !listed.has(id));
      people.push(...others.map((user) => named(user, 'perhaps not in this room')));
    }
    const everyone = { key: ROOM_WORD, insert: `@${ROOM_WORD}`, label: '@room', detail: 'Everyone in this room' };
    return ROOM_WORD.startsWith(query.toLowerCase()) && this.room.room.kind !== 'direct'
      ? [...people.slice(0, AT_MOST - 1), everyone]
      : people;
  }

  async #others(query: string): Promise<User[]> {
    const found = await this.engine.users.find(query).catch(() => []);
    return found.filter((user) => this.#callable(user));
  }

  #callable(user: User): boolean {
    return !user.disabled && user.id !== this.engine.me?.id;
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

function named(user: User, note?: string): Completable {
  const detail = note === undefined ? `@${user.username}` : `@${user.username}, ${note}`;
  return { key: user.id, insert: `@${user.username}`, label: user.name, detail, user };
}
