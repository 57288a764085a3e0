import { untrack } from 'svelte';
import type { MessageRow, ThreadView } from '../api';
import type { RoomParts, RoomState } from './room.svelte';
import { TimelineView } from './timeline.svelte';

/** A thread on the screen, as state. */
export class ThreadState implements ThreadView {
  message = $state.raw<MessageRow | null>(null);
  follows = $state.raw(false);
  unread = $state.raw(0);
  mentions = $state.raw(0);
  marker = $state.raw(0);
  readonly timeline: TimelineView;

  constructor(
    readonly room: RoomState,
    readonly root: number,
    private readonly parts: RoomParts,
    private readonly closed: () => void,
  ) {
    this.timeline = new TimelineView(room.log, parts, root);
    this.refresh();
  }

  /** Brings everything up to date with the log and the outbox. */
  refresh(): void {
    untrack(() => this.#refresh());
  }

  #refresh(): void {
    const standing = this.room.log.follows.get(this.root);
    const { unread, mentions, marker } = standing?.unread ?? { unread: 0, mentions: 0, marker: Infinity };
    this.follows = this.#wished() ?? standing !== undefined;
    this.unread = unread;
    this.mentions = mentions;
    this.marker = marker;
    this.message = this.timeline.rowOf(this.root);
    this.timeline.refresh();
  }

  /** What the user has chosen last and the log has not brought yet. */
  #wished(): boolean | undefined {
    const calls = this.parts.outbox.of(this.room.id).flatMap(({ change, state }) => {
      const ours = change.call === 'thread:follow' || change.call === 'thread:unfollow';
      return ours && change.request.thread === this.root && state !== 'sent' ? [change.call] : [];
    });
    const last = calls.at(-1);
    return last === undefined ? undefined : last === 'thread:follow';
  }

  send(text: string, replyTo?: number, inRoom = false, uploads: readonly string[] = []): void {
    const answer = replyTo === undefined ? {} : { reply_to: replyTo };
    const place = { thread: this.root, also_in_room: inRoom };
    const files = uploads.length === 0 ? {} : { uploads };
    this.room.make({ call: 'message:send', request: { ...this.room.stamp(), text, ...answer, ...place }, ...files });
    this.room.stoppedTyping();
    if (untrack(() => this.timeline.moreAfter)) void this.timeline.openAt('latest');
  }

  follow(): void {
    this.room.make({ call: 'thread:follow', request: { ...this.room.stamp(), thread: this.root } });
  }

  unfollow(): void {
    this.room.make({ call: 'thread:unfollow', request: { ...this.room.stamp(), thread: this.root } });
  }

  markRead(seq?: number): void {
    const { log } = this.room;
    if (!log.follows.get(this.root)?.mark(Math.min(seq ?? log.applied, log.applied))) return;
    this.room.refresh();
    this.parts.marked();
  }

  close(): void {
    this.closed();
  }
}
