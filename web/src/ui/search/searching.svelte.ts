import type { CallFailure, Engine, Found, Message, MessageSearch, RoomId } from '../../lib';
import { wordsOf } from '../parts/task.svelte';

/** Typing rests this long before it is looked up: the server takes one search a second. */
const REST_MS = 300;
const PAGE = 30;

/** What a search found so far. */
export interface Results {
  /** What was asked, so that more of the same can be. */
  readonly asked: Omit<MessageSearch, 'before'>;
  readonly messages: readonly Message[];
  /** From where on the words stand inside of others. */
  readonly insideFrom: number;
  readonly words: readonly string[];
  readonly notes: readonly string[];
  readonly cut: boolean;
  readonly next: string | undefined;
}

/** A search as it goes: what was typed, what was found, where the reader is. It outlives its pane, so that one can come back. */
export class Searching {
  query = $state('');
  /** The only room that is searched. */
  room = $state.raw<RoomId>();
  results = $state.raw<Results>();
  problem = $state.raw<string | null>(null);
  looking = $state(false);
  /** Where the list was scrolled to. */
  readonly place = { top: 0 };
  /** The result that was followed last. */
  followed: string | undefined;
  /** Only the answer to what was asked last counts. */
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly engine: Engine) {}

  type(query: string): void {
    this.query = query;
    this.#begin(REST_MS);
  }

  within(room: RoomId | undefined): void {
    this.room = room;
    this.#begin(0);
  }

  async more(): Promise<void> {
    const { results } = this;
    if (results?.next !== undefined && !this.looking) await this.#ask(results.asked, results);
  }

  #begin(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.looking = false;
    const query = this.query.trim();
    if (query === '') {
      this.results = undefined;
      this.problem = null;
      return;
    }
    const room = this.room === undefined ? {} : { room: this.room };
    const asked = { query, limit: PAGE, utc_offset_minutes: -new Date().getTimezoneOffset(), ...room };
    this.#timer = setTimeout(() => void this.#ask(asked), afterMs);
  }

  async #ask(asked: Results['asked'], known?: Results): Promise<void> {
    const turn = this.#turn;
    this.looking = true;
    const before = known?.next === undefined ? {} : { before: known.next };
    try {
      const found = await this.engine.call('message:search', { ...asked, ...before });
      if (turn === this.#turn) this.#take(asked, found, known);
    } catch (thrown) {
      if (turn === this.#turn) this.#failed(thrown, () => void this.#ask(asked, known));
    } finally {
      if (turn === this.#turn) this.looking = false;
    }
  }

  #take(asked: Results['asked'], found: Found, known: Results | undefined): void {
    const before = known?.messages ?? [];
    const messages = [...before, ...found.messages];
    const inside = found.inside_from === undefined ? messages.length : before.length + found.inside_from;
    const insideFrom = known && known.insideFrom < before.length ? known.insideFrom : inside;
    const { words, notes, cut, next } = found;
    this.results = { asked, messages, insideFrom, words, notes, cut, next };
    this.problem = null;
    if (!known) this.place.top = 0;
  }

  /** Fast typing is no failure: the same is asked again when the server takes it. */
  #failed(thrown: unknown, again: () => void): void {
    const { code, retryAfterMs } = thrown as Partial<CallFailure>;
    if (code === 'rate_limited') this.#timer = setTimeout(again, retryAfterMs ?? 1_000);
    else this.problem = wordsOf(thrown);
  }
}
