import type { Later, ToastAction, Toasts } from '../api';
import type { MyEntry, Reminder, Scheduled } from '../protocol.gen';
import { AwayBook, type AwayParts } from './away.svelte';

const SNOOZE_MS = 20 * 60_000;

/** What the later book takes from the engine. */
export interface LaterParts extends AwayParts {
  readonly toasts: Toasts;
}

/** Scheduled messages and reminders: fetched when somebody looks at them, kept current from then on. */
export class LaterBook implements Later {
  scheduled = $state.raw<readonly Scheduled[]>([]);
  reminders = $state.raw<readonly Reminder[]>([]);
  loaded = $state.raw(false);
  #head = 0;
  #toasts = new Map<string, number>();

  readonly away: AwayBook;

  constructor(private readonly parts: LaterParts) {
    this.away = new AwayBook(parts);
  }

  async load(): Promise<void> {
    const [{ scheduled, head }, { reminders, head: other }] = await Promise.all([
      this.parts.ask('scheduled:list', {}),
      this.parts.ask('reminder:list', {}),
    ]);
    // Entries between the two answers are applied again, which changes nothing.
    this.#head = Math.min(head, other);
    this.scheduled = scheduled;
    this.reminders = reminders;
    this.loaded = true;
  }

  /** Takes an entry of the user's own log. */
  take(entry: MyEntry): void {
    this.away.take(entry);
    if (this.loaded && entry.seq <= this.#head) return;
    switch (entry.type) {
      case 'my:scheduled_set':
        this.scheduled = put(this.scheduled, entry.scheduled);
        if (entry.scheduled.failed) this.parts.toasts.show('A scheduled message could not be sent.', 'error');
        break;
      case 'my:scheduled_sent':
      case 'my:scheduled_deleted':
        this.scheduled = this.scheduled.filter(({ nonce }) => nonce !== entry.nonce);
        break;
      case 'my:reminder_set':
        this.reminders = put(this.reminders, entry.reminder);
        this.#quiet(entry.reminder.nonce);
        break;
      case 'my:reminder_due':
        this.reminders = put(this.reminders, entry.reminder);
        this.#ring(entry.reminder);
        break;
      case 'my:reminder_done':
        this.reminders = this.reminders.filter(({ nonce }) => nonce !== entry.nonce);
        this.#quiet(entry.nonce);
        break;
      default:
    }
  }

  async schedule(room: string, text: string, atMs: number, replyTo?: number): Promise<string> {
    const answers = replyTo === undefined ? {} : { reply_to: replyTo };
    const nonce = this.parts.platform.nonce();
    await this.parts.ask('scheduled:create', { room, nonce, text, at_ms: atMs, ...answers });
    return nonce;
  }

  async change(nonce: string, change: { text?: string; atMs?: number }): Promise<void> {
    const { text, atMs } = change;
    const what = { ...(text === undefined ? {} : { text }), ...(atMs === undefined ? {} : { at_ms: atMs }) };
    await this.parts.ask('scheduled:change', { nonce, ...what });
  }

  async delete(nonce: string): Promise<void> {
    await this.parts.ask('scheduled:delete', { nonce });
  }

  async remind({ atMs, text = '', room, message }: Parameters<Later['remind']>[0]): Promise<void> {
    const what = room === undefined || message === undefined ? {} : { room, message };
    await this.parts.ask('reminder:set', { nonce: this.parts.platform.nonce(), at_ms: atMs, text, ...what });
  }

  async snooze(reminder: Reminder, atMs: number): Promise<void> {
    const { due: _, ...rest } = reminder;
    await this.parts.ask('reminder:set', { ...rest, at_ms: atMs });
  }

  async done(nonce: string): Promise<void> {
    await this.parts.ask('reminder:done', { nonce });
  }

  /** Shows that a reminder is due until it is done, snoozed or dismissed. */
  #ring(reminder: Reminder): void {
    const { nonce, text, room, message } = reminder;
    const { toasts, platform } = this.parts;
    const trying = (work: Promise<void>) => void work.catch((error: unknown) => toasts.fail(error));
    const actions: ToastAction[] = [
      { label: 'Done', act: () => trying(this.done(nonce)) },
      { label: 'In 20 minutes', act: () => trying(this.snooze(reminder, platform.now() + SNOOZE_MS)) },
    ];
    if (room !== undefined && message !== undefined) {
      actions.unshift({ label: 'Open', href: `/r/${room}/${message}` });
    }
    const words = text === '' ? 'You wanted to come back to a message' : `Reminder: ${text}`;
    this.#toasts.set(nonce, toasts.show(words, 'info', actions));
  }

  #quiet(nonce: string): void {
    const toast = this.#toasts.get(nonce);
    if (toast !== undefined) this.parts.toasts.dismiss(toast);
    this.#toasts.delete(nonce);
  }
}

function put<T extends { readonly nonce: string; readonly at_ms: number }>(list: readonly T[], one: T): T[] {
  return [...list.filter(({ nonce }) => nonce !== one.nonce), one].toSorted((a, b) => a.at_ms - b.at_ms);
}
