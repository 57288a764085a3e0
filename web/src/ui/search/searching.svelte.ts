import type { CallFailure, Engine, Message, RoomId, User } from '../../lib';

/** Found at once; more when asked for. */
const PAGE = 20;
/** A pause in typing this long, in milliseconds, is worth a search. */
const PAUSE_MS = 150;

/** A search in the user's messages, as state. Only the newest question counts, whatever order answers come in. */
export class Searching {
  messages = $state.raw<readonly Message[]>([]);
  users = $state.raw<ReadonlyMap<string, User>>(new Map());
  /** The words that `messages` were found by; null before the first answer. */
  answered = $state.raw<string | null>(null);
  busy = $state(false);
  problem = $state.raw<CallFailure | null>(null);
  #next = $state.raw<string>();
  #asked = 0;
  #room: RoomId | undefined;

  constructor(private readonly engine: Engine) {}

  get more(): boolean {
    return this.#next !== undefined;
  }

  /** Searches after a pause, or forgets everything when there is nothing to look for. Returns how to call it off. */
  ask(query: string, room: RoomId | undefined): () => void {
    this.#asked += 1;
    if (!/[\p{L}\p{N}]/u.test(query)) {
      this.#forget();
      return () => undefined;
    }
    const timer = setTimeout(() => void this.#page(query, room, undefined), PAUSE_MS);
    return () => clearTimeout(timer);
  }

  /** Fetches the next page. */
  async askMore(): Promise<void> {
    if (this.#next === undefined || this.busy || this.answered === null) return;
    await this.#page(this.answered, this.#room, this.#next);
  }

  async #page(query: string, room: RoomId | undefined, before: string | undefined): Promise<void> {
    const asked = (this.#asked += 1);
    this.busy = true;
    try {
      const found = await this.engine.call('message:search', {
        query,
        limit: PAGE,
        ...(room === undefined ? {} : { room }),
        ...(before === undefined ? {} : { before }),
      });
      if (asked !== this.#asked) return;
      this.users = new Map([...(before ? this.users : []), ...found.users.map((user) => [user.id, user] as const)]);
      this.messages = before ? [...this.messages, ...found.messages] : found.messages;
      this.#next = found.next;
      this.#room = room;
      this.answered = query;
      this.problem = null;
    } catch (error) {
      if (asked === this.#asked) this.problem = error as CallFailure;
    } finally {
      if (asked === this.#asked) this.busy = false;
    }
  }

  #forget(): void {
    this.messages = [];
    this.#next = undefined;
    this.answered = null;
    this.busy = false;
    this.problem = null;
  }
}
