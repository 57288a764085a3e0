import type { Ask } from '../net/ask';
import type { RoomLog } from './roomlog';

const AT_ONCE = 100;

/** Looks up the messages that others answer and that no page has brought: all of a moment in one call. */
export class QuoteLookup {
  /** Asked for already; those that do not exist are not asked for again. */
  #asked = new Set<number>();
  #wanted = new Set<number>();

  constructor(
    private readonly log: RoomLog,
    private readonly ask: Ask,
    private readonly found: () => void,
  ) {}

  want(seq: number): void {
    if (this.#asked.has(seq)) return;
    this.#asked.add(seq);
    if (this.#wanted.size === 0) queueMicrotask(() => void this.#lookUp());
    this.#wanted.add(seq);
  }

  async #lookUp(): Promise<void> {
    const seqs = [...this.#wanted];
    this.#wanted.clear();
    for (let start = 0; start < seqs.length; start += AT_ONCE) {
      const some = seqs.slice(start, start + AT_ONCE);
      try {
        const { messages, head } = await this.ask('message:get', { room: this.log.room.id, seqs: some });
        // What was found can be lost again, when the log starts anew.
        const { log } = this;
        this.#again(log.takeQuotes(messages, head) ? messages.map(({ seq }) => seq) : some);
      } catch {
        this.#again(some);
      }
    }
    this.found();
  }

  /** Who wants one of them and does not find it asks again. */
  #again(seqs: readonly number[]): void {
    for (const seq of seqs) this.#asked.delete(seq);
  }
}
