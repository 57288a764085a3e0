import { untrack } from 'svelte';
import type { DraftText, LinkedMessage, RoomView, ThreadView, UnreadSum } from '../api';
import type { RoomLog } from '../log/roomlog';
import type { Change } from '../outbox/item';
import type { Platform } from '../platform';
import type { Entry, Forwarded, Level, MessageSend, Role, Room, RoomDelta } from '../protocol.gen';
import { type MemberParts, MemberView } from './members.svelte';
import { type TimelineParts, TimelineView } from './timeline.svelte';
import { TypingView } from './typing.svelte';

/** What a room takes from the engine. */
export interface RoomParts extends TimelineParts, MemberParts {
  readonly platform: Platform;
  /** Shows a change of the user's at once and sends it when possible. */
  make(change: Change): void;
  /** How much of the room calls the user. */
  level(): Level;
  /** Something in the outbox may go out now. */
  kick(): void;
  /** The local read marker moved: it is kept, and the server is to be told. */
  marked(): void;
}

const ROLES: readonly Role[] = ['guest', 'member', 'moderator', 'admin', 'owner'];

/** What is unread in all of these together. */
export function sum(parts: readonly { places?: number; unread: number; mentions: number }[]): UnreadSum {
  const all = { places: 0, unread: 0, mentions: 0 };
  for (const { places, unread, mentions } of parts) {
    all.places += places ?? Number(unread > 0);
    all.unread += unread;
    all.mentions += mentions;
  }
  return all;
}

/** A room of the user, as state. */
export class RoomState implements RoomView {
  readonly id: string;
  room: Room;
  role: Role;
  unread = $state.raw(0);
  mentions = $state.raw(0);
  marker = $state.raw(0);
  threads = $state.raw<UnreadSum>({ places: 0, unread: 0, mentions: 0 });
  lastActivityMs = $state.raw(0);
  readonly timeline: TimelineView;
  readonly members: MemberView;
  readonly #typing: TypingView;
  /** Threads and messages of the room that are on the screen beside its timeline. */
  readonly #open = new Set<{ refresh(): void }>();

  constructor(
    readonly log: RoomLog,
    private readonly parts: RoomParts,
  ) {
    this.id = log.room.id;
    this.room = $state.raw(log.room);
    this.role = $state.raw(log.role);
    this.timeline = new TimelineView(log, parts);
    this.members = new MemberView(this.id, parts);
    this.#typing = new TypingView(this.id, parts.platform, parts.ask);
    log.listener = (what) => this.#heard(what);
    this.refresh();
  }

  /** Brings everything up to date with the log and the outbox. */
  refresh(): void {
    untrack(() => this.#refresh());
  }

  #refresh(): void {
    const { room, role, unread } = this.log;
    this.room = room;
    this.role = role;
    this.unread = unread.unread;
    this.mentions = unread.mentions;
    this.marker = unread.marker;
    this.lastActivityMs = Math.max(this.lastActivityMs, this.#lastMessageMs());
    const follows = this.parts.level() === 'nothing' ? [] : [...this.log.follows.values()];
    this.threads = sum(follows.map((standing) => standing.unread));
    this.timeline.refresh();
    for (const part of this.#open) part.refresh();
  }

  unreadThreads(): number[] {
    const follows = this.parts.level() === 'nothing' ? [] : [...this.log.follows];
    return follows.flatMap(([root, { unread }]) => (unread.unread > 0 ? [root] : []));
  }

  get counted(): { unread: number; mentions: number } {
    const level = this.parts.level();
    const mentions = level === 'nothing' ? 0 : this.mentions;
    return { unread: level === 'all' ? this.unread : mentions, mentions };
  }

  get title(): string {
    if (this.room.kind !== 'direct') return this.room.name;
    if (this.others.length === 0) return 'Notes to yourself';
    return this.others.map((id) => this.parts.user(id)?.name ?? '…').join(', ');
  }

  get others(): readonly string[] {
    return this.room.people.filter((id) => id !== this.parts.me);
  }

  get typing(): readonly string[] {
    return this.#typing.users;
  }

  get canWrite(): boolean {
    if (this.room.archived) return false;
    return this.room.style !== 'read_only' || this.canModerate;
  }

  get canModerate(): boolean {
    return this.room.kind !== 'direct' && ROLES.indexOf(this.role) >= ROLES.indexOf('moderator');
  }

  send(text: string, replyTo?: number, uploads: readonly string[] = []): void {
    const answer = replyTo === undefined ? {} : { reply_to: replyTo };
    const files = uploads.length === 0 ? {} : { uploads };
    this.make({ call: 'message:send', request: { ...this.stamp(), text, ...answer }, ...files });
    this.#typing.stopped();
    if (untrack(() => this.timeline.moreAfter)) void this.timeline.openAt('latest');
  }

  post(message: Omit<MessageSend, 'room' | 'nonce'>, forwarded?: Forwarded): void {
    this.make({ call: 'message:send', request: { ...this.stamp(), ...message }, ...(forwarded && { forwarded }) });
  }

  vote(seq: number, choices: readonly number[]): void {
    this.make({ call: 'poll:vote', request: { ...this.stamp(), seq, choices: [...choices] } });
  }

  closePoll(seq: number): void {
    this.make({ call: 'poll:close', request: { ...this.stamp(), seq } });
  }

  edit(seq: number, text: string): void {
    this.make({ call: 'message:edit', request: { ...this.stamp(), seq, text } });
  }

  delete(seq: number): void {
    this.make({ call: 'message:delete', request: { ...this.stamp(), seq } });
  }

  react(seq: number, emoji: string): void {
    this.make({ call: 'reaction:add', request: { ...this.stamp(), seq, emoji } });
  }

  unreact(seq: number, emoji: string): void {
    this.make({ call: 'reaction:remove', request: { ...this.stamp(), seq, emoji } });
  }

  pin(seq: number): void {
    this.make({ call: 'message:pin', request: { ...this.stamp(), seq } });
  }

  unpin(seq: number): void {
    this.make({ call: 'message:unpin', request: { ...this.stamp(), seq } });
  }

  retry(nonce: string): void {
    void this.parts.outbox.retry(nonce).then(() => this.parts.kick());
    this.refresh();
  }

  editFailed(nonce: string, text: string): void {
    const change = this.parts.outbox.get(nonce)?.change;
    if (change?.call !== 'message:send') return;
    this.discard(nonce);
    this.make({ ...change, request: { ...change.request, ...this.stamp(), text } });
  }

  callBack(nonce: string): DraftText | undefined {
    const item = this.parts.outbox.get(nonce);
    if (item?.state !== 'queued' || item.change.call !== 'message:send') return undefined;
    const { text, reply_to } = item.change.request;
    this.discard(nonce);
    return reply_to === undefined ? { text } : { text, replyTo: reply_to };
  }

  sendHeld(): void {
    this.parts.kick();
  }

  discard(nonce: string): void {
    void this.parts.outbox.drop(nonce);
    this.refresh();
  }

  markRead(seq = this.log.applied): void {
    if (!this.log.standing.mark(Math.min(seq, this.log.applied))) return;
    this.refresh();
    this.parts.marked();
  }

  async markUnread(seq: number): Promise<void> {
    const { standing } = this.log;
    const { marker } = standing.unread;
    // Here first: what was read and not told yet would reach the server after the call and undo it.
    standing.confirm(seq - 1, true);
    this.refresh();
    try {
      await this.parts.ask('read:rewind', { room: this.id, seq: seq - 1 });
      this.parts.marked();
    } catch (failure) {
      this.markRead(marker);
      throw failure;
    }
  }

  async thread(root: number): Promise<ThreadView> {
    const { ThreadState } = await import('./thread.svelte');
    const thread = new ThreadState(this, root, this.parts, () => this.#open.delete(thread));
    this.#open.add(thread);
    return thread;
  }

  async linked(seq: number): Promise<LinkedMessage> {
    const { LinkedState } = await import('./linked.svelte');
    const linked = new LinkedState(this, seq, () => this.#open.delete(linked));
    this.#open.add(linked);
    return linked;
  }

  typed(): void {
    this.#typing.typed();
  }

  stoppedTyping(): void {
    this.#typing.stopped();
  }

  async leave(): Promise<void> {
    await this.parts.ask('room:leave', this.stamp());
  }

  async change(change: RoomDelta): Promise<void> {
    await this.parts.ask('room:change', { ...this.stamp(), change });
  }

  async addMembers(users: readonly string[]): Promise<void> {
    await this.parts.ask('member:add', { ...this.stamp(), users: [...users] });
  }

  async removeMember(user: string): Promise<void> {
    await this.parts.ask('member:remove', { ...this.stamp(), user });
  }

  async changeMember(user: string, role: Role): Promise<void> {
    await this.parts.ask('member:change', { ...this.stamp(), user, role });
  }

  /** Somebody started or stopped typing here. */
  heardTyping(user: string, typing: boolean): void {
    if (user !== this.parts.me) this.#typing.heard({ user, typing });
  }

  /** Shows a change of the user's at once and sends it when possible. */
  make(change: Change): void {
    this.parts.make(change);
    this.refresh();
  }

  /** What every change in this room begins with. */
  stamp(): { room: string; nonce: string } {
    return { room: this.id, nonce: this.parts.platform.nonce() };
  }

  #heard(what: Entry | 'reset'): void {
    if (what === 'reset') return this.members.reset();
    this.members.apply(what);
    if (what.type === 'message:created') this.heardTyping(what.by, false);
  }

  #lastMessageMs(): number {
    const items = this.log.main.segments.last?.items ?? [];
    return items.findLast((item) => item.kind === 'message')?.at_ms ?? items.at(-1)?.at_ms ?? 0;
  }
}
