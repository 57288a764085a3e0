import { createContext } from 'svelte';
import type { DraftText, Engine, MessageRow, Reading, RoomView, ThreadView } from '../../lib';
import { draftKey } from '../composer/place';
import { copy } from '../parts/clipboard';
import { longTime } from '../parts/times';
import { booksOf } from '../emoji/books';
import type { Screen } from '../shell/screen.svelte';
import { lastOwn } from './entries';

/** What is being done in a room: answered, edited, deleted. Shared by its timeline and its composer. */
export class Desk {
  replyTo = $state<number>();
  /** Key of the row that is edited. */
  editing = $state<string>();
  /** What its editor holds: it outlives the row, which may leave the page. */
  edited = $state('');
  deleting = $state.raw<MessageRow>();
  /** The message whose earlier texts are shown. */
  versions = $state.raw<MessageRow>();
  /** The user has put the read marker back: what is on the screen stays unread until they come again. */
  putBack = false;
  /** Whether files are held over the room. */
  dropping = $state(false);
  /** Puts files into the message that is being written; set by the composer. */
  addFiles: ((files: readonly File[]) => void) | undefined;
  /** Brings the writer back to the composer; set by it. */
  focusComposer: () => void = () => undefined;
  /** Puts a text back into the composer, before what is in it; set by it. */
  restore: (draft: DraftText) => void = () => undefined;

  constructor(
    private readonly engine: Engine,
    private readonly screen: Screen,
    readonly room: RoomView,
    /** The thread that this is the desk of; undefined in the room itself. */
    readonly thread?: ThreadView,
  ) {
    this.replyTo = engine.drafts.get(draftKey({ room, thread: thread?.root }))?.replyTo;
  }

  /** What is read here: the room, or the thread. */
  get reading(): Reading {
    return this.thread ?? this.room;
  }

  /** Whether this is a feed, whose threads are comments. */
  get feed(): boolean {
    return this.room.room.style === 'feed';
  }

  /** Whether a message has a thread that can be opened from here, or could have one. */
  canThread(row: MessageRow): boolean {
    if (this.thread || row.seq === null || this.room.room.style === 'flat') return false;
    return row.thread !== undefined || row.replies !== undefined || (this.room.canWrite && !row.deleted);
  }

  openThread(row: MessageRow): void {
    const root = row.thread ?? row.seq;
    if (root !== null && this.canThread(row)) this.screen.openThread(this.room, root);
  }

  /** Whether this row can be answered and reacted to: it has its place in the log. */
  canAnswer(row: MessageRow): boolean {
    return row.seq !== null && !row.deleted && this.room.canWrite;
  }

  canReact(row: MessageRow): boolean {
    return row.seq !== null && !row.deleted && !this.room.room.archived;
  }

  canEdit(row: MessageRow): boolean {
    // What somebody has answered stays as they read it.
    const answered = row.poll !== undefined && (row.poll.voters > 0 || row.poll.closed);
    return row.mine && !row.deleted && !answered && row.seq !== null && !this.room.room.archived;
  }

  /** Who may write here may pin, except guests. */
  canPin(row: MessageRow): boolean {
    return this.canAnswer(row) && this.room.role !== 'guest';
  }

  canDelete(row: MessageRow): boolean {
    return row.seq !== null && !row.deleted && (row.mine || this.room.canModerate);
  }

  reply(row: MessageRow): void {
    if (row.seq === null || !this.canAnswer(row)) return;
    this.replyTo = row.seq;
    this.focusComposer();
  }

  edit(row: MessageRow): void {
    if (!this.canEdit(row) && row.delivery !== 'failed') return;
    this.editing = row.key;
    this.edited = row.text;
  }

  editLast(): void {
    const row = lastOwn(this.reading.timeline.rows);
    if (row) this.edit(row);
  }

  /** Takes what the editor holds; where nothing would be left, it asks whether to delete. */
  saveEdit(row: MessageRow, text: string): void {
    this.editing = undefined;
    this.focusComposer();
    if (text.trim() === '' && row.files.length === 0 && !row.forwarded) {
      if (this.canDelete(row)) this.deleting = row;
    } else if (row.seq === null) this.room.editFailed(row.nonce, text);
    else if (text !== row.text) this.room.edit(row.seq, text);
  }

  cancelEdit(): void {
    this.editing = undefined;
    this.focusComposer();
  }

  askDelete(row: MessageRow): void {
    if (this.canDelete(row)) this.deleting = row;
  }

  delete(row: MessageRow): void {
    if (row.seq !== null) this.room.delete(row.seq);
    this.deleting = undefined;
  }

  /** Asks where a message shall go. One that passes another one on leads to that one. */
  forward(row: MessageRow): void {
    const { seq, by, at_ms, text, html } = row;
    if (seq === null) return;
    const from = { room: this.room.id, seq };
    const forwarded = row.forwarded ?? { ...from, by, at_ms, text, html: html ?? '' };
    this.screen.open({ name: 'forward', forwarded, from });
  }

  pin(row: MessageRow): void {
    if (row.seq === null) return;
    if (row.pinned) this.room.unpin(row.seq);
    else this.room.pin(row.seq);
  }

  isSaved(row: MessageRow): boolean {
    return row.seq !== null && this.engine.saved.has(this.room.id, row.seq);
  }

  async save(row: MessageRow): Promise<void> {
    if (row.seq === null) return;
    const target = { room: this.room.id, seq: row.seq };
    const saved = this.isSaved(row);
    try {
      await this.engine.call(saved ? 'message:unsave' : 'message:save', target);
      this.engine.toasts.show(saved ? 'No longer among your saved messages.' : 'Saved. Only you can see that.');
    } catch (failure) {
      this.engine.toasts.fail(failure);
    }
  }

  /** Makes this message and what follows unread again; they stay so while the room is open. */
  async unreadFrom(row: MessageRow): Promise<void> {
    if (row.seq === null) return;
    this.putBack = true;
    try {
      await this.room.markUnread(row.seq);
      this.room.timeline.newFrom = row.seq;
    } catch (failure) {
      this.putBack = false;
      this.engine.toasts.fail(failure);
    }
  }

  markRead(): void {
    this.putBack = false;
    this.room.markRead();
  }

  /** Calls back a message that is held and not sent yet. */
  callBack(row: MessageRow): void {
    const draft = this.room.callBack(row.nonce);
    if (draft) this.restore(draft);
    else this.engine.toasts.show('It is too late: the message is on its way.');
  }

  /** Asks when to come back to a message. */
  remind(row: MessageRow): void {
    const { seq: message } = row;
    if (message === null) return;
    const pick = async (atMs: number) => {
      await (await this.engine.later()).remind({ atMs, room: this.room.id, message });
      this.engine.toasts.show(`You will be reminded ${longTime(atMs)}`);
    };
    this.screen.open({ name: 'when', title: 'Remind me of this message', verb: 'Remind me', pick });
  }

  /** Puts an emoji on a message, or takes it off again. */
  react(row: MessageRow, emoji: string): void {
    if (row.seq === null || !this.canReact(row)) return;
    const mine = row.reactions.some(
      (reaction) => reaction.emoji === emoji && reaction.users.includes(this.engine.me?.id ?? ''),
    );
    if (mine) return this.room.unreact(row.seq, emoji);
    this.room.react(row.seq, emoji);
    booksOf(this.screen).recent.used(emoji);
  }

  async copyLink(row: MessageRow): Promise<void> {
    if (row.seq === null) return;
    await copy(this.engine.toasts, 'link', this.screen.permalink(this.room, row.seq));
  }

  copySource(row: MessageRow): Promise<void> {
    return copy(this.engine.toasts, 'text', row.text);
  }
}

export const [useDesk, provideDesk] = createContext<Desk>();
