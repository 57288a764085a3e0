import { Failure } from '../failure';
import { fold, itemOf, target } from '../log/fold';
import type {
  Anchor,
  Calls,
  Entry,
  Item,
  Message,
  MyEntry,
  Page,
  Pushes,
  Role,
  Room,
  RoomKind,
  RoomSync,
  Settings,
  Sync,
  Synced,
  Unread,
  User,
} from '../protocol.gen';

type Body = Entry extends infer E ? (E extends Entry ? Omit<E, 'room' | 'seq' | 'at_ms' | 'by'> : never) : never;
type MyBody = MyEntry extends infer E ? (E extends MyEntry ? Omit<E, 'seq' | 'at_ms'> : never) : never;

interface ModelRoom {
  room: Room;
  log: Entry[];
  members: Map<string, Role>;
  markers: Map<string, number>;
}

const SETTINGS: Settings = { theme: 'system', sound: true, letter_keys: true, undo_send_s: 0, toolbar: true };

/** A push on its way to a user's sockets. */
export type Push = { [K in keyof Pushes]: { name: K; payload: Pushes[K] } }[keyof Pushes];

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
  /** Hears every push, for whom it is. */
  onPush: (user: string, push: Push) => void = () => undefined;
  #mine = new Map<string, MyEntry[]>();
  #settings = new Map<string, Settings>();
  #written = new Map<string, { content: string; seq: number }>();
  #clock = 1_000;

  addUser(id: string): User {
    const user: User = { id, username: id, name: id, role: 'member', bot: false, disabled: false, status: '' };
    this.users.set(id, user);
    this.#mine.set(id, []);
    this.#settings.set(id, SETTINGS);
    return user;
  }

  addRoom(id: string, members: readonly string[], kind: RoomKind = 'public'): void {
    const people = kind === 'direct' ? [...members] : [];
    const name = kind === 'direct' ? '' : id;
    const room: Room = { id, kind, style: 'chat', name, topic: '', guests: false, archived: false, members: 0, people };
    this.rooms.set(id, { room, log: [], members: new Map(), markers: new Map() });
    const by = members[0] ?? 'nobody';
    this.append(id, by, { type: 'room:created', name });
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

  /** What the timeline of a room is: the fold of its log, up to a seq. */
  items(id: string, upTo = Infinity): Item[] {
    const log = this.#room(id).log.slice(0, Math.min(upTo, this.head(id)));
    const changes = new Map<number, Entry[]>();
    for (const entry of log) {
      const seq = target(entry);
      if (seq !== undefined) changes.set(seq, [...(changes.get(seq) ?? []), entry]);
    }
    const items = log.flatMap((entry) => itemOf(entry) ?? []);
    return items.map((item) => (item.kind === 'message' ? (changes.get(item.seq) ?? []).reduce(fold, item) : item));
  }

  unread(id: string, user: string): Unread {
    const room = this.#room(id);
    const marker = room.markers.get(user) ?? 0;
    const after = this.items(id).flatMap((item) =>
      item.kind === 'message' && item.seq > marker && item.by !== user && !item.deleted ? [item] : [],
    );
    const calling = (message: Message) =>
      room.room.kind === 'direct' || message.mentions_room || message.mentions.includes(user);
    return { marker, unread: after.length, mentions: after.filter(calling).length, head: room.log.length };
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
    const ok = {};
    return {
      sync: (request: Sync) => this.#sync(user, request),
      'room:history': ({ room, from, limit }: Calls['room:history']['request']) => {
        this.#member(room, user);
        return this.#page(room, from, limit);
      },
      'message:get': ({ room, seqs }: Calls['message:get']['request']) => {
        const messages = this.items(room).filter((item) => item.kind === 'message' && seqs.includes(item.seq));
        return { messages, head: this.head(room) };
      },
      'message:send': ({ room, nonce, text, reply_to }: Calls['message:send']['request']) => {
        const mentions = [...text.matchAll(/@(\w+)/g)]
          .map((match) => match[1] ?? '')
          .filter((id) => this.users.has(id));
        const answered = reply_to === undefined ? {} : { reply_to };
        const html = `<p>${text}</p>`;
        const mentions_room = text.includes('@room');
        return this.#write(user, room, nonce, {
          type: 'message:created',
          text,
          html,
          mentions,
          mentions_room,
          ...answered,
          nonce,
        });
      },
      'message:edit': ({ room, seq, nonce, text }: Calls['message:edit']['request']) => {
        if (this.#message(room, seq).by !== user) throw new Failure('forbidden', 'not yours');
        const html = `<p>${text}</p>`;
        const mentions = text.includes('@') ? [...this.users.keys()].filter((id) => text.includes(`@${id}`)) : [];
        return this.#write(user, room, nonce, {
          type: 'message:edited',
          message: seq,
          text,
          html,
          mentions,
          mentions_room: false,
        });
      },
      'message:delete': ({ room, seq, nonce }: Calls['message:delete']['request']) => {
        const { by, deleted } = this.#message(room, seq);
        if (by !== user) throw new Failure('forbidden', 'not yours');
        if (deleted) return { room, seq: this.head(room) };
        return this.#write(user, room, nonce, { type: 'message:deleted', message: seq, author: by });
      },
      'reaction:add': ({ room, seq, nonce, emoji }: Calls['reaction:add']['request']) => {
        this.#message(room, seq);
        return this.#write(user, room, nonce, { type: 'reaction:added', message: seq, emoji });
      },
      'reaction:remove': ({ room, seq, nonce, emoji }: Calls['reaction:remove']['request']) => {
        this.#message(room, seq);
        return this.#write(user, room, nonce, { type: 'reaction:removed', message: seq, emoji });
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
      'message:pin': ({ room, seq, nonce }: Calls['message:pin']['request']) =>
        this.#pin(user, room, nonce, { type: 'message:pinned', message: seq }),
      'message:unpin': ({ room, seq, nonce }: Calls['message:unpin']['request']) =>
        this.#pin(user, room, nonce, { type: 'message:unpinned', message: seq }),
      'message:save': ({ room, seq }: Calls['message:save']['request']) => {
        this.#message(room, seq);
        const there = (this.savedBy(user)[room] ?? []).includes(seq);
        if (!there) this.#appendMine(user, { type: 'my:message_saved', room, message: seq });
        return ok;
      },
      'message:unsave': ({ room, seq }: Calls['message:unsave']['request']) => {
        const there = (this.savedBy(user)[room] ?? []).includes(seq);
        if (there) this.#appendMine(user, { type: 'my:message_unsaved', room, message: seq });
        return ok;
      },
      'read:get': ({ room }: Calls['read:get']['request']) => this.unread(room, user),
      'settings:change': ({ settings }: Calls['settings:change']['request']) => {
        this.#settings.set(user, settings);
        this.#appendMine(user, { type: 'my:settings_changed', settings });
        return ok;
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
      'session:end': () => ok,
      'lobby:get': () => ({ name: 'Model', set_up: true, guests: false, version: '0' }),
      'presence:set': () => ok,
      'presence:watch': () => ({ users: [] }),
      'typing:start': () => ok,
      'typing:stop': () => ok,
    };
  }

  #pin(
    user: string,
    room: string,
    nonce: string,
    body: Extract<Body, { type: 'message:pinned' | 'message:unpinned' }>,
  ): Calls['message:pin']['reply'] {
    const { pinned, deleted } = this.#message(room, body.message);
    if (deleted) throw new Failure('conflict', 'deleted');
    if (pinned === (body.type === 'message:pinned')) return { room, seq: this.head(room) };
    return this.#write(user, room, nonce, body);
  }

  /** What a user has saved: the fold of their log. */
  savedBy(user: string): Record<string, number[]> {
    const saved: Record<string, number[]> = {};
    for (const entry of this.#mine.get(user) ?? []) {
      if (entry.type !== 'my:message_saved' && entry.type !== 'my:message_unsaved') continue;
      const others = (saved[entry.room] ?? []).filter((seq) => seq !== entry.message);
      saved[entry.room] = entry.type === 'my:message_saved' ? [...others, entry.message] : others;
    }
    return saved;
  }

  #write(user: string, room: string, nonce: string, body: Body): Calls['message:send']['reply'] {
    this.#member(room, user);
    const content = JSON.stringify([room, body]);
    const before = this.#written.get(`${user}/${nonce}`);
    if (before && before.content !== content) throw new Failure('nonce_reused', 'another content');
    const seq = before?.seq ?? this.append(room, user, body);
    this.#written.set(`${user}/${nonce}`, { content, seq });
    return { room, seq };
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
        ? { how: 'reset', head: mine.length, settings, saved: this.savedBy(user), drafts: [] }
        : { how: 'entries', entries: mine.slice(cursor) },
      rooms: [],
      gone: Object.keys(request.rooms).filter((id) => !this.rooms.get(id)?.members.has(user)),
      users: [...this.users.values()],
      workspace: { name: 'Model', door: 'invited' },
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
      return { how: 'reset', room, role: members.get(user) ?? 'member', unread, page: this.#page(id, 'latest', items) };
    }
    return { how: 'entries', room: id, entries: log.slice(at, at + budget), unread };
  }

  #page(id: string, from: Anchor, limit: number): Page {
    const all = this.items(id);
    const [start, end] = bounds(all, from, limit);
    const items = all.slice(start, end);
    const shown = new Set(items.map(({ seq }) => seq));
    const answered = new Set(items.map((item) => (item.kind === 'message' ? item.reply_to : undefined)));
    const quoted = all.flatMap((item) =>
      item.kind === 'message' && answered.has(item.seq) && !shown.has(item.seq) ? [item] : [],
    );
    const more = { more_before: start > 0, more_after: end < all.length };
    return { items, ...more, quoted, users: [...this.users.values()], head: this.head(id) };
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

  #message(id: string, seq: number): Message {
    const item = this.items(id).find((each) => each.seq === seq);
    if (item?.kind !== 'message') throw new Failure('not_found', `no message ${seq}`);
    return item;
  }
}

function bounds(items: readonly Item[], from: Anchor, limit: number): [number, number] {
  const first = (seq: number) => {
    const index = items.findIndex((item) => item.seq >= seq);
    return index < 0 ? items.length : index;
  };
  if (from === 'latest') return [Math.max(0, items.length - limit), items.length];
  if ('before' in from) return [Math.max(0, first(from.before) - limit), first(from.before)];
  if ('after' in from) return [first(from.after + 1), Math.min(items.length, first(from.after + 1) + limit)];
  const start = Math.max(0, first(from.around) - Math.floor(limit / 2));
  return [start, Math.min(items.length, start + limit)];
}
