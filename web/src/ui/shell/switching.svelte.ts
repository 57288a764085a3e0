import type { RoomView, User } from '../../lib';
import { fitting } from '../search/match';
import { Searching } from '../search/searching.svelte';
import { actionsOf, type Action } from './actions';
import type { Keyed } from './keys';
import { lastRoom, recentFirst } from './lastroom';

const ROOMS = 8;
const PEOPLE = 5;
const ACTIONS = 5;
/** Typing rests this long before people are looked up. */
const REST_MS = 120;

/** A line to choose. */
export interface Line {
  readonly key: string;
  readonly label: string;
  readonly detail: string;
  readonly room?: RoomView;
  readonly user?: User;
  readonly action?: Action;
  act(): void;
}

/** What the switcher offers for what was typed: a screen of lines, however many rooms there are. */
export class Switching {
  #query = $state('');
  #people = $state.raw<readonly User[]>([]);
  /** Only the answer to what was typed last counts. */
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly lines: readonly Line[] = $derived.by(() => this.#lines(this.#query.trim()));

  constructor(private readonly keyed: Keyed) {}

  get query(): string {
    return this.#query;
  }

  set query(typed: string) {
    this.#query = typed;
    this.stop();
    const wanted = typed.trim().replace(/^@/, '');
    if (wanted === '') this.#people = [];
    else this.#timer = setTimeout(() => void this.#lookUp(wanted), REST_MS);
  }

  /** Nobody waits for an answer any more. */
  stop(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
  }

  async #lookUp(wanted: string): Promise<void> {
    const turn = this.#turn;
    const found = await this.keyed.engine.users.find(wanted).catch(() => []);
    if (turn === this.#turn) this.#people = found;
  }

  #lines(words: string): Line[] {
    const { engine, router, screen } = this.keyed;
    const rooms = this.#rooms(words);
    const alone = (user: User) => rooms.some(({ others: [one, two] }) => one === user.id && !two);
    const people = this.#people.filter((user) => user.id !== engine.me?.id && !alone(user)).slice(0, PEOPLE);
    const lines: Line[] = [
      ...rooms.map((room) => ({
        key: room.id,
        label: room.title,
        detail: room.counted.unread > 0 ? `${room.counted.unread} unread` : '',
        act: () => router.go(`/r/${room.id}`),
        room,
      })),
      ...people.map((user) => ({
        key: user.id,
        label: user.name,
        detail: `@${user.username}`,
        act: () => void screen.talkTo([user.id]).catch((error: unknown) => engine.toasts.fail(error)),
        user,
      })),
    ];
    if (words === '') return lines;
    const search = { key: '?', label: `Search messages for “${words}”`, detail: '', act: () => this.#search(words) };
    return [...lines, ...this.#actions(words), search];
  }

  /** Those that fit, the ones that were read last first; without words all but the one that is open. */
  #rooms(words: string): RoomView[] {
    const { engine, screen } = this.keyed;
    const all = recentFirst([...engine.rooms.rooms, ...engine.rooms.direct]);
    const here = words === '' ? all.filter((room) => room !== screen.room) : all;
    return fitting(words.replace(/^[#@]/, ''), here, ({ title }) => [title]).slice(0, ROOMS);
  }

  #actions(words: string): Line[] {
    const { engine, router, screen } = this.keyed;
    const all = actionsOf(engine, router, screen);
    const some = fitting(words, all, ({ label, words: more }) => [label, ...more.split(' ')]).slice(0, ACTIONS);
    return some.map((action) => ({ key: action.label, label: action.label, detail: '', act: action.act, action }));
  }

  #search(words: string): void {
    const { engine, router, screen } = this.keyed;
    const searching = (screen.searching ??= new Searching(engine));
    searching.type(words);
    const room = screen.room ?? lastRoom(engine.rooms);
    if (!room) return;
    if (room !== screen.room) router.go(`/r/${room.id}`);
    router.openPane('search');
  }
}
