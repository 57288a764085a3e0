import type { Away, UnreadThing } from '../api';
import type { Ask } from '../net/ask';
import type { Change, OutboxItem } from '../outbox/item';
import type { Platform } from '../platform';
import { type Message, type MyEntry, PUT_AWAY_PER_USER, type PutAway } from '../protocol.gen';

/** Timers of a browser hold no more than some weeks; a look a day is enough. */
const LONGEST_WAIT_MS = 86_400_000;

/** What the book takes from the engine. */
export interface AwayParts {
  readonly ask: Ask;
  readonly platform: Platform;
  /** The user's changes that the log has not brought yet. */
  unsent(): readonly OutboxItem[];
  make(change: Change): void;
}

/** What the user has put away of the unread: fetched when somebody looks, kept current from then on. */
export class AwayBook implements Away {
  missed = $state.raw(0);
  messages = $state.raw<readonly Message[]>([]);
  #all = $state.raw<ReadonlyMap<string, PutAway>>(new Map());
  #now = $state.raw(0);
  #timer: (() => void) | undefined;
  /** Entries that came since the last list was asked for. */
  #heard: MyEntry[] = [];

  constructor(private readonly parts: AwayParts) {
    this.#put(this.#unsent());
  }

  async load(): Promise<void> {
    const heard: MyEntry[] = (this.#heard = []);
    const { away, head, messages } = await this.parts.ask('catchup:list', {});
    const since = heard.flatMap((entry) => (entry.type === 'my:put_away' && entry.seq > head ? [entry.away] : []));
    this.messages = messages;
    this.#all = new Map();
    this.#put([...away, ...since, ...this.#unsent()]);
  }

  until(thing: UnreadThing): number | undefined {
    const away = this.#all.get(keyOf(thing));
    if (!away) return undefined;
    const until = away.until_ms ?? Infinity;
    return until > this.#now ? until : undefined;
  }

  put(thing: UnreadThing, untilMs?: number): void {
    const away: PutAway = { ...thing, ...(untilMs === undefined ? {} : { until_ms: untilMs }) };
    this.#put([away]);
    this.parts.make({ call: 'catchup:put_away', request: { ...away, nonce: this.parts.platform.nonce() } });
  }

  /** Takes an entry of the user's own log. */
  take(entry: MyEntry): void {
    if (entry.type !== 'my:put_away') return;
    this.#heard.push(entry);
    this.#put([entry.away]);
    const { room, message, until_ms: until } = entry.away;
    if (message === undefined || until === undefined) return;
    if (!this.messages.some((known) => known.room === room && known.seq === message)) this.missed += 1;
  }

  /** What was put away here and the server may not know yet. */
  #unsent(): PutAway[] {
    return this.parts.unsent().flatMap(({ change, state }) => {
      if (change.call !== 'catchup:put_away' || state === 'failed') return [];
      const { nonce: _, ...away } = change.request;
      return [away];
    });
  }

  /** As the server folds it: the newest is the last, and the first ones of too many go. */
  #put(some: readonly PutAway[]): void {
    const all = new Map(this.#all);
    for (const away of some) {
      all.delete(keyOf(away));
      all.set(keyOf(away), away);
    }
    this.#all = new Map([...all].slice(-PUT_AWAY_PER_USER));
    this.#look();
  }

  /** What has come back shows, now and when the next time has come. */
  #look(): void {
    const now = this.parts.platform.now();
    this.#now = now;
    this.#timer?.();
    const next = Math.min(
      ...[...this.#all.values()].map(({ until_ms: until = 0 }) => (until > now ? until : Infinity)),
    );
    if (next === Infinity) return;
    this.#timer = this.parts.platform.after(Math.min(next - now, LONGEST_WAIT_MS), () => this.#look());
  }
}

function keyOf({ room, message, thread }: UnreadThing): string {
  return `${room}/${message ?? ''}/${thread ?? ''}`;
}
