import { Failure } from '../failure';
import { fold, itemOf, targets } from '../log/fold';
import { OwnEmoji } from './emoji';
import { ownCalls, ownIn, type Own } from './own';
import { pinCalls } from './pins';
import { Votes, brought } from './polls';
import { QUIET, SETTINGS, pageOf, roomOf, unreadIn } from './views';
import type { Body, ModelRoom, MyBody, Push } from './views';
import type {
  Anchor,
  Calls,
  Entry,
  Item,
  Message,
  MyEntry,
  Page,
  RoomKind,
  RoomSync,
  Settings,
  Sync,
  Synced,
  Unread,
  User,
} from '../protocol.gen';

/**
 * The server as the protocol describes it, in memory: one log per room and per user, answers by nonce, sync, history and
 * counts as functions of the logs. Written from the protocol's documents, not from the client.
 */
export class ModelServer {
  epoch = 'epoch-1';
  /** Most entries that one answer to `sync` holds; more is told by `more`. */
  syncEntries = 500;
  /** A room that is further behind than this is reset. */
  resetAfter = 200;
  readonly users = new Map<string, User>();
  readonly rooms = new Map<string, ModelRoom>();
  readonly emoji = new OwnEmoji(this);
  /** Hears every push, for whom it is. */
  onPush: (user: string, push: Push) => void = () => undefined;
  #mine = new Map<string, MyEntry[]>();
  #settings = new Map<string, Settings>();
  #written = new Map<string, { content: string; seq: number }>();
  #clock = 1_000;
  readonly #votes = new Votes();

  addUser(id: string): User {
    const user: User = { id, username: id, name: id, role: 'member', bot: false, disabled: false, status: '' };
    this.users.set(id, user);
    this.#mine.set(id, []);
    this.#settings.set(id, SETTINGS);
    return user;
  }

  addRoom(id: string, members: readonly string[], kind: RoomKind = 'public'): void {
    const room = roomOf(id, kind, members);
    this.rooms.set(id, { room, log: [], members: new Map(), markers: new Map(), follows: new Map() });
    const by = members[0] ?? 'nobody';
    this.append(id, by, { type: 'room:created', name: room.name });
    for (const user of members) this.join(id, user);
  }

  join(id: string, user: string): void {
    const room = this.#room(id);
    room.members.set(user, 'member');
    room.room = { ...room.room, members: room.room.members + 1 };
    this.append(id, user, { type: 'member:joined', user, role: 'member' });
    room.markers.set(user, room.log.length);
    this.#appendMine(user, { type: 'my:room_joined', room: id });
  }

  leave(id: string, user: string): void {
    const room = this.#room(id);
    room.room = { ...room.room, members: room.room.members - 1 };
    this.append(id, user, { type: 'member:left', user });
    room.members.delete(user);
    room.follows.delete(user);
    this.#appendMine(user, { type: 'my:room_left', room: id });
  }

  /** The database was restored: same logs up to a point, another epoch. */
  restore(id: string, keep: number): void {
    this.epoch += '+';
    const room = this.#room(id);
    room.log = room.log.slice(0, keep);
    for (const [user, marker] of room.markers) room.markers.set(user, Math.min(marker, keep));
    this.#written.clear();
  }

  say(id: string, by: string, text: string, extra: Partial<Calls['message:send']['request']> = {}): number {
    return this.call(by, 'message:send', { room: id, nonce: `${by}-${(this.#clock += 1)}`, text, ...extra }).seq;
  }

  head(id: string): number {
    return this.#room(id).log.length;
  }

  /** What stands in the timeline of a room. */
  timeline(id: string): Item[] {
    const { style } = this.#room(id).room;
    return this.items(id).filter((item) => item.kind === 'line' || item.in_room || style === 'flat');
  }

  /** The replies in a thread. */
  replies(id: string, root: number): Item[] {
    return this.items(id).filter((item) => item.kind === 'message' && item.thread === root);
  }

  /** What stands in a room, in its timeline or in threads: the fold of its log, up to a seq. */
  items(id: string, upTo = Infinity): Item[] {
    const log = this.#room(id).log.slice(0, Math.min(upTo, this.head(id)));
    const changes = new Map<number, Entry[]>();
    for (const entry of log) {
      for (const seq of targets(entry)) changes.set(seq, [...(changes.get(seq) ?? []), entry]);
    }
    const items = log.flatMap((entry) => itemOf(entry) ?? []);
    return items.map((item) => (item.kind === 'message' ? (changes.get(item.seq) ?? []).reduce(fold, item) : item));
  }

  /** Where a user stands in a room, or in a thread that they follow. */
  unread(id: string, user: string, root?: number): Unread {
    const room = this.#room(id);
    const marker = (root === undefined ? room.markers.get(user) : room.follows.get(user)?.get(root)) ?? 0;
    const items = root === undefined ? this.timeline(id) : this.replies(id, root);
    return unreadIn(items, { marker, head: room.log.length, user, direct: room.room.kind === 'direct' });
  }

  /** Makes a call as a user. Throws a `Failure` as the server refuses. */
  call<K extends keyof Calls>(user: string, name: K, request: Calls[K]['request']): Calls[K]['reply'] {
    const table = this.#table(user);
    const handler = table[name as keyof typeof table] as ((request: unknown) => unknown) | undefined;
    if (!handler) throw new Failure('bad_request', `the model has no ${name}`);
    return structuredClone(handler(structuredClone(request))) as Calls[K]['reply'];
  }

  append(id: string, by: string, body: Body): number {
    const { log, members } = this.#room(id);
    this.#clock += 1;
    const entry = { room: id, seq: log.length + 1, at_ms: this.#clock, by, ...body } as Entry;
    log.push(entry);
    for (const user of members.keys()) this.#push(user, { name: entry.type, payload: entry } as Push);
    return entry.seq;
  }

  #table(user: string) {
    return {
      sync: (request: Sync) => this.#sync(user, request),
      'room:history': ({ room, from, limit }: Calls['room:history']['request']) => {
        this.#member(room, user);
        return this.#page(room, this.timeline(room), from, limit);
      },
      'thread:history': ({ room, thread, from, limit }: Calls['thread:history']['request']) => {
        this.#member(room, user);
        const page = this.#page(room, this.replies(room, thread), from, limit);
        const quoted = page.quoted.filter(({ seq }) => seq !== thread);
        return { ...page, quoted: [this.message(room, thread), ...quoted] };
      },
      'thread:follow': ({ room, thread }: Calls['thread:follow']['request']) => {
        this.#follow(room, user, thread, this.head(room));
        return { room, seq: this.head(room) };
      },
      'thread:unfollow': ({ room, thread }: Calls['thread:unfollow']['request']) => {
        const known = this.#room(room).follows.get(user)?.delete(thread);
        if (known) this.#appendMine(user, { type: 'my:thread_unfollowed', room, thread });
        return { room, seq: this.head(room) };
      },
      'thread:mark': ({ room, thread, seq }: Calls['thread:mark']['request']) => {
        const follows = this.#room(room).follows.get(user);
        const before = follows?.get(thread);
        if (!follows || before === undefined) throw new Failure('not_found', 'not followed');
        const marker = Math.max(before, seq);
        follows.set(thread, marker);
        if (marker > before) this.#appendMine(user, { type: 'my:thread_marked', room, thread, marker });
        return this.unread(room, user, thread);
      },
      'message:get': ({ room, seqs }: Calls['message:get']['request']) => {
        const messages = this.items(room).filter((item) => item.kind === 'message' && seqs.includes(item.seq));
        return { messages, head: this.head(room) };
      },
      'message:send': (request: Calls['message:send']['request']) => {
        const { room, nonce, text, reply_to, thread, also_in_room = false, poll, forward } = request;
        const mentions = [...text.matchAll(/@(\w+)/g)]
          .map((match) => match[1] ?? '')
          .filter((id) => this.users.has(id));
        const answered = reply_to === undefined ? {} : { reply_to };
        const stands = thread === undefined ? { in_room: true } : { in_room: also_in_room, thread };
        const html = `<p>${text}</p>`;
        const body = {
          text,
          html,
          mentions,
          mentions_room: text.includes('@room'),
          ...answered,
          ...stands,
          ...brought(this, poll, forward),
          nonce,
        };
        const before = this.head(room);
        const written = this.write(user, room, nonce, { type: 'message:created', ...body });
        if (thread !== undefined && written.seq > before) this.#replied(room, user, thread, mentions);
        return written;
      },
      'message:edit': ({ room, seq, nonce, text }: Calls['message:edit']['request']) => {
        const { by, thread } = this.message(room, seq);
        if (by !== user) throw new Failure('forbidden', 'not yours');
        const html = `<p>${text}</p>`;
        const mentions = text.includes('@') ? [...this.users.keys()].filter((id) => text.includes(`@${id}`)) : [];
        return this.write(user, room, nonce, {
          type: 'message:edited',
          message: seq,
          text,
          html,
          mentions,
          mentions_room: false,
          ...(thread === undefined ? {} : { thread }),
        });
      },
      'message:delete': ({ room, seq, nonce }: Calls['message:delete']['request']) => {
        const { by, deleted, thread } = this.message(room, seq);
        if (by !== user) throw new Failure('forbidden', 'not yours');
        if (deleted) return { room, seq: this.head(room) };
        const of = thread === undefined ? {} : { thread };
        return this.write(user, room, nonce, { type: 'message:deleted', message: seq, author: by, ...of });
      },
      ...this.#votes.calls(user, this),
      ...this.emoji.calls(user),
      'reaction:add': ({ room, seq, nonce, emoji }: Calls['reaction:add']['request']) => {
        this.message(room, seq);
        return this.write(user, room, nonce, { type: 'reaction:added', message: seq, emoji });
      },
      'reaction:remove': ({ room, seq, nonce, emoji }: Calls['reaction:remove']['request']) => {
        this.message(room, seq);
        return this.write(user, room, nonce, { type: 'reaction:removed', message: seq, emoji });
      },
      'read:mark': ({ room, seq }: Calls['read:mark']['request']) => {
        const marker = Math.max(this.#room(room).markers.get(user) ?? 0, seq);
        this.#room(room).markers.set(user, marker);
        this.#appendMine(user, { type: 'my:read_marked', room, marker });
        return this.unread(room, user);
      },
      'read:rewind': ({ room, seq }: Calls['read:rewind']['request']) => {
        this.#member(room, user);
        const marker = Math.min(seq, this.head(room));
        const before = this.#room(room).markers.get(user) ?? 0;
        this.#room(room).markers.set(user, marker);
        if (marker !== before) this.#appendMine(user, { type: 'my:read_marked', room, marker, back: marker < before });
        return this.unread(room, user);
      },
      ...pinCalls(user, this),
      ...ownCalls({
        message: (room, seq) => this.message(room, seq),
        member: (room) => this.#member(room, user),
        mine: () => this.#mine.get(user) ?? [],
        head: (room) => this.head(room),
        append: (body) => this.#appendMine(user, body),
      }),
      'read:get': ({ room }: Calls['read:get']['request']) => this.unread(room, user),
      'settings:change': ({ settings }: Calls['settings:change']['request']) => {
        this.#settings.set(user, settings);
        this.#appendMine(user, { type: 'my:settings_changed', settings });
        return {};
      },
      'user:get': ({ users }: Calls['user:get']['request']) => ({
        users: users.flatMap((id) => this.users.get(id) ?? []),
        more: false,
      }),
      'member:list': ({ room }: Calls['member:list']['request']) => ({
        members: [...this.#room(room).members].map(([id, role]) => ({ user: this.users.get(id), role })),
        more: false,
      }),
      'room:join': ({ room }: Calls['room:join']['request']) => {
        this.join(room, user);
        return { room, seq: this.head(room) };
      },
      'room:leave': ({ room }: Calls['room:leave']['request']) => {
        this.leave(room, user);
        return { room, seq: this.head(room) };
      },
      'session:create': () => ({ user: this.users.get(user) }),
      ...QUIET,
    };
  }

  /** What a user's own log folds to. */
  own(user: string): Own {
    return ownIn(this.#mine.get(user) ?? []);
  }

  /** Writes an entry, once for each nonce. */
  write(user: string, room: string, nonce: string, body: Body): Calls['message:send']['reply'] {
    this.#member(room, user);
    const content = JSON.stringify([room, body]);
    const before = this.#written.get(`${user}/${nonce}`);
    if (before && before.content !== content) throw new Failure('nonce_reused', 'another content');
    const seq = before?.seq ?? this.append(room, user, body);
    this.#written.set(`${user}/${nonce}`, { content, seq });
    return { room, seq };
  }

  /** Who starts a thread, replies or is mentioned follows it. */
  #replied(room: string, by: string, thread: number, mentions: readonly string[]): void {
    const seq = this.head(room);
    const root = this.message(room, thread);
    this.#follow(room, by, thread, seq);
    const first = root.replies?.count === 1 && root.replies.last_seq === seq ? [root.by, ...root.mentions] : [];
    for (const user of [...first, ...mentions]) this.#follow(room, user, thread, seq - 1);
  }

  #follow(id: string, user: string, thread: number, marker: number): void {
    const { members, follows } = this.#room(id);
    const known = follows.get(user) ?? new Map<number, number>();
    if (!members.has(user) || known.has(thread)) return;
    follows.set(user, known.set(thread, marker));
    this.#appendMine(user, { type: 'my:thread_followed', room: id, thread, marker });
  }

  #sync(user: string, request: Sync): Synced {
    const fresh = request.epoch !== this.epoch;
    const mine = this.#mine.get(user) ?? [];
    const cursor = request.me ?? 0;
    const resetMine = fresh || cursor > mine.length;
    const settings = this.#settings.get(user) ?? SETTINGS;
    const synced: Synced = {
      epoch: this.epoch,
      me: user,
      mine: resetMine
        ? { how: 'reset', head: mine.length, settings, ...this.own(user), drafts: [] }
        : { how: 'entries', entries: mine.slice(cursor) },
      rooms: [],
      gone: Object.keys(request.rooms).filter((id) => !this.rooms.get(id)?.members.has(user)),
      users: [...this.users.values()],
      workspace: this.emoji.workspace,
      more: false,
    };
    let budget = this.syncEntries;
    for (const [id, { members }] of this.rooms) {
      if (!members.has(user) || (request.only && !(id in request.rooms))) continue;
      const at = fresh ? undefined : request.rooms[id];
      if (budget <= 0) {
        synced.more = true;
        break;
      }
      const part = this.#syncRoom(user, id, at, budget, request.items ?? 0);
      if (!part) continue;
      synced.rooms.push(part);
      budget -= part.how === 'entries' ? part.entries.length : part.page.items.length;
      if (part.how === 'entries' && (part.entries.at(-1)?.seq ?? 0) < this.head(id)) synced.more = true;
    }
    return synced;
  }

  #syncRoom(user: string, id: string, at: number | undefined, budget: number, items: number): RoomSync | undefined {
    const { room, log, members } = this.#room(id);
    if (at === log.length) return undefined;
    const unread = this.unread(id, user);
    if (at === undefined || at > log.length || log.length - at > this.resetAfter) {
      const role = members.get(user) ?? 'member';
      const roots = [...(this.#room(id).follows.get(user) ?? new Map<number, number>()).keys()];
      const threads = roots.map((thread) => ({ thread, unread: this.unread(id, user, thread) }));
      return { how: 'reset', room, role, unread, threads, page: this.#page(id, this.timeline(id), 'latest', items) };
    }
    return { how: 'entries', room: id, entries: log.slice(at, at + budget), unread };
  }

  #page(id: string, all: readonly Item[], from: Anchor, limit: number): Page {
    return pageOf({ all, quotable: this.items(id), users: [...this.users.values()], head: this.head(id) }, from, limit);
  }

  #appendMine(user: string, body: MyBody): void {
    const log = this.#mine.get(user) ?? [];
    this.#clock += 1;
    const entry = { seq: log.length + 1, at_ms: this.#clock, ...body } as MyEntry;
    log.push(entry);
    this.#push(user, { name: entry.type, payload: entry } as Push);
  }

  #push(user: string, push: Push): void {
    this.onPush(user, structuredClone(push));
  }

  #room(id: string): ModelRoom {
    const room = this.rooms.get(id);
    if (!room) throw new Failure('not_found', `no room ${id}`);
    return room;
  }

  #member(id: string, user: string): void {
    if (!this.#room(id).members.has(user)) throw new Failure('not_found', `no room ${id}`);
  }

  /** A message as it is now. */
  message(id: string, seq: number): Message {
    const item = this.items(id).find((each) => each.seq === seq);
    if (item?.kind !== 'message') throw new Failure('not_found', `no message ${seq}`);
    return item;
  }
}
