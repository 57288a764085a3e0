import { untrack } from 'svelte';
import type { EmojiBook, EmojiChoice, Engine, RoomView, UserId } from '../../lib';
import { triggerAt, type Trigger } from './completion';
import { emojiFor, peopleFor, roomsFor, spelledOut, type Suggestion } from './suggestions';

/** Rows of the room that are looked through for who wrote last. */
const RECENT_ROWS = 100;

/** What the composer offers while a name is typed, and which of it is chosen next. */
export class Completer {
  /** The name that is being typed; null when nothing is offered for good reason. */
  trigger = $state.raw<Trigger | null>(null);
  #at = $state(0);
  #emoji = $state.raw<readonly EmojiChoice[]>([]);
  /** Where the user said that they want none. */
  #dismissed: number | null = null;
  readonly suggestions = $derived(this.#suggest());
  /** Place of the one that Enter takes. */
  readonly at = $derived(Math.min(this.#at, Math.max(0, this.suggestions.length - 1)));
  readonly open = $derived(this.suggestions.length > 0);

  constructor(
    private readonly engine: Engine,
    private readonly book: EmojiBook,
    private readonly room: () => RoomView,
  ) {}

  /** The text or the caret changed. */
  look(text: string, caret: number): void {
    const found = triggerAt(text, caret);
    if (found?.start !== this.#dismissed) this.#dismissed = null;
    const next = found && this.#dismissed === null ? found : null;
    if (next?.kind !== this.trigger?.kind || next?.query !== this.trigger?.query) this.#at = 0;
    this.trigger = next;
    if (next?.kind === 'emoji') void this.#findEmoji(next.query);
    else this.#emoji = [];
    if (next?.kind === 'user') void this.#findMembers();
  }

  /** Offers nothing until another name is begun. */
  dismiss(): void {
    this.#dismissed = this.trigger?.start ?? null;
    this.trigger = null;
  }

  /** Nothing is typed any more. */
  reset(): void {
    this.#dismissed = null;
    this.trigger = null;
  }

  /** Another one is chosen next; after the last comes the first. */
  moveTo(place: number): void {
    const { length } = this.suggestions;
    if (length > 0) this.#at = (place + length) % length;
  }

  /**
   * A key went down in the composer while the list is open. Returns what was chosen, `true` when the key moved or
   * closed the list, `false` when it is not for the list.
   */
  press(key: string): Suggestion | boolean {
    switch (key) {
      case 'ArrowDown':
      case 'ArrowUp':
        this.moveTo(this.at + (key === 'ArrowDown' ? 1 : -1));
        return true;
      case 'Escape':
        this.dismiss();
        return true;
      case 'Enter':
      case 'Tab':
        return this.suggestions[this.at] ?? false;
      case ':':
        return spelledOut(this.trigger?.query ?? '', this.suggestions) ?? false;
      default:
        return false;
    }
  }

  #suggest(): readonly Suggestion[] {
    const { trigger } = this;
    switch (trigger?.kind) {
      case 'user':
        return peopleFor(trigger.query, this.#members(), this.#writers());
      case 'room':
        return roomsFor(trigger.query, this.engine.rooms.rooms);
      case 'emoji':
        return emojiFor(trigger.query, this.#emoji);
      default:
        return [];
    }
  }

  /** Those who can be called here, without the user; in direct rooms they are known without asking. */
  #members() {
    const room = this.room();
    const listed = room.members.list.map(({ user }) => user);
    const direct = room.others.flatMap((id) => this.engine.users.get(id) ?? []);
    return (listed.length > 0 ? listed : direct).filter(({ id }) => id !== this.engine.me?.id);
  }

  #writers(): UserId[] {
    return [
      ...new Set(
        this.room()
          .timeline.rows.slice(-RECENT_ROWS)
          .toReversed()
          .map(({ by }) => by),
      ),
    ];
  }

  /** Loads members until there are enough that fit; without a connection those offered so far have to do. */
  async #findMembers(): Promise<void> {
    const { members } = this.room();
    try {
      await members.load();
      while (untrack(() => this.trigger?.kind === 'user' && members.more && this.suggestions.length < 2)) {
        const known = untrack(() => members.list.length);
        await members.loadMore();
        if (untrack(() => members.list.length) === known) return;
      }
    } catch {
      // The text can still be typed by hand.
    }
  }

  async #findEmoji(query: string): Promise<void> {
    const found = await this.book.find(query.replaceAll('_', ' ')).catch(() => []);
    if (this.trigger?.kind === 'emoji' && this.trigger.query === query) this.#emoji = found;
  }
}
