import type { Engine } from './api';
import { Attention, type AttentionState } from './attention/attention';
import type { Badge } from './attention/badge';
import { failureOf } from './failure';
import { ReadMarks } from './log/marks';
import { Replica } from './log/replica';
import type { RoomLog } from './log/roomlog';
import { Syncer } from './log/syncer';
import { Caller } from './net/caller';
import { Http } from './net/http';
import { Link } from './net/link';
import { Receiver } from './net/receiver';
import { Flusher } from './outbox/flusher';
import type { Change } from './outbox/item';
import { Outbox } from './outbox/outbox';
import type { Platform } from './platform';
import type { Calls, Ended, ProfileChange, RoomCreate, Settings, User, Workspace } from './protocol.gen';
import { ConnectionView } from './state/connection.svelte';
import { DraftBook } from './state/drafts.svelte';
import { PresenceView } from './state/presence.svelte';
import { RoomState } from './state/room.svelte';
import { RoomBook } from './state/rooms.svelte';
import { SessionView } from './state/session.svelte';
import { ToastList } from './state/toasts.svelte';
import { UpdateView } from './state/update.svelte';
import { UserDirectory } from './state/users.svelte';
import { Database } from './storage/database';
import { Keeper } from './storage/keeper';

const COLD_START_RETRY_MS = 3_000;

/** What the engine does to the page beside its state. */
export interface Surface {
  tap(taps: 1 | 2): void;
  badge(badge: Badge): void;
}

/** The client but for its screens: wires log, outbox, storage and network together and holds what the screens read. */
export class ParlorEngine implements Engine {
  workspace = $state.raw<Workspace>({ name: '', door: 'invited' });
  settings = $state.raw<Settings>({ theme: 'system', sound: true, letter_keys: true });
  readonly rooms = new RoomBook();
  readonly update = new UpdateView();
  readonly session: SessionView;
  readonly connection: ConnectionView;
  readonly users: UserDirectory;
  readonly presence: PresenceView;
  readonly toasts: ToastList;
  readonly drafts: DraftBook;

  #meId = $state.raw<string | undefined>(undefined);
  #shown: string | null = null;
  #dirty = new Set<string>();
  #framed = false;
  readonly #database: Database;
  readonly #http: Http;
  readonly #link: Link;
  readonly #caller: Caller;
  readonly #replica: Replica;
  readonly #syncer: Syncer;
  readonly #outbox: Outbox;
  readonly #flusher: Flusher;
  readonly #marks: ReadMarks;
  readonly #keeper: Keeper;
  readonly #attention: Attention;

  constructor(
    private readonly platform: Platform,
    private readonly surface: Surface,
  ) {
    const ask = this.call.bind(this);
    const changed = () => this.#schedule();
    this.#database = new Database(platform.database);
    this.#http = new Http(platform);
    this.toasts = new ToastList(platform);
    this.drafts = new DraftBook(platform, this.#database);
    this.presence = new PresenceView(platform, ask, () => this.#keeper.owner());
    this.users = new UserDirectory(ask, (users) => this.#learned(users));
    this.session = new SessionView(this.#http, {
      signedIn: (user) => this.#enter(user),
      signedOut: () => this.#end('signed_out'),
    });
    this.#replica = new Replica({
      wiped: () => void this.#outbox.startAfresh().then(() => this.#flusher.kick()),
      roomOpened: (log) => this.#opened(log),
      roomChanged: (log) => this.#changed(log),
      roomClosed: (room, why) => this.#closed(room, why),
      users: (users) => this.users.put(users),
      workspace: (workspace) => this.#learnWorkspace(workspace),
      settings: (settings) => this.#learnSettings(settings),
    });
    this.#keeper = new Keeper(this.#database, platform, this.#replica, this);
    this.#outbox = new Outbox(platform, this.#database, (room) => this.#touch(room));
    this.#attention = new Attention(
      platform,
      () => this.#attentionState(),
      (taps) => surface.tap(taps),
    );
    this.#link = this.#makeLink();
    this.#caller = new Caller(this.#http, this.#link, () => void this.#end(null));
    this.#syncer = new Syncer(this.#replica, platform, (name, request) => this.#caller.live(name, request), {
      changed: () => this.#synced(),
      heard: (entry) => this.#attention.heard(entry),
    });
    this.#flusher = new Flusher(this.#outbox, platform, (name, request) => this.#caller.live(name, request), {
      ready: () => this.#syncer.live && this.#outbox.current && this.session.state === 'signed_in',
      refused: (_, failure) => this.toasts.show(`That change was not saved. ${failure.message}`, 'error'),
    });
    this.#marks = new ReadMarks(platform, ask, (log) => this.#changed(log));
    this.connection = new ConnectionView(this.#link, this.#syncer, this.#outbox);
    platform.onWake(changed);
  }

  get me(): User | undefined {
    return this.#meId === undefined ? undefined : this.users.get(this.#meId);
  }

  room(id: string): RoomState | undefined {
    return this.rooms.get(id);
  }

  show(room: string | null): void {
    this.#shown = room;
    this.#schedule();
  }

  start(): void {
    this.presence.active();
    void this.#start();
  }

  call<K extends keyof Calls>(name: K, request: Calls[K]['request']): Promise<Calls[K]['reply']> {
    return this.#caller.call(name, request);
  }

  async createRoom(request: Omit<RoomCreate, 'nonce'>): Promise<string> {
    const { room } = await this.call('room:create', { ...request, nonce: this.platform.nonce() });
    await this.#arrived(room.id);
    return room.id;
  }

  async openDirect(users: readonly string[]): Promise<string> {
    const { room } = await this.call('room:direct', { users: [...users], nonce: this.platform.nonce() });
    await this.#arrived(room.id);
    return room.id;
  }

  async joinRoom(room: string): Promise<void> {
    await this.call('room:join', { room, nonce: this.platform.nonce() });
    await this.#arrived(room);
  }

  async changeSettings(change: Partial<Settings>): Promise<void> {
    const before = this.settings;
    const settings = { ...before, ...change };
    this.#learnSettings(settings);
    try {
      await this.call('settings:change', { settings });
    } catch (thrown) {
      if (this.settings === settings) this.#learnSettings(before);
      throw thrown;
    }
  }

  async changeProfile(change: ProfileChange): Promise<void> {
    this.users.put([await this.call('profile:change', change)]);
  }

  async uploadAvatar(picture: Blob): Promise<void> {
    this.users.put([await this.#caller.putAvatar(picture)]);
  }

  /** Paints what is kept, then goes to the network; without a copy the first answer says who this is. */
  async #start(): Promise<void> {
    const kept = await this.#database.read();
    this.#outbox.load(kept.outbox);
    this.drafts.load(kept.drafts);
    if (!kept.owner) return this.#coldStart();
    this.#learnSettings(kept.owner.settings);
    this.#learnWorkspace(kept.owner.workspace);
    this.presence.setMine(kept.owner.presence);
    this.users.put(kept.users);
    this.#meId = kept.owner.me;
    this.#keeper.restore(kept);
    this.rooms.loaded = true;
    this.session.state = 'signed_in';
    this.#flush();
    // The socket's chunk must not stand in the way of the first paint.
    this.platform.frame(() => this.platform.after(0, () => this.#link.start()));
  }

  async #coldStart(): Promise<void> {
    const request = this.#replica.request();
    try {
      const synced = await this.#http.call('sync', request);
      this.#replica.takeSynced(synced, request);
      this.#meId = synced.me;
      this.rooms.loaded = true;
      this.session.state = 'signed_in';
      this.#flush();
      this.#link.start();
    } catch (thrown) {
      if (failureOf(thrown).code === 'unauthenticated') return this.#signedOut(null);
      this.#schedule();
      this.platform.after(COLD_START_RETRY_MS, () => void this.#coldStart());
    }
  }

  async #signedOut(why: Ended | null): Promise<void> {
    this.session.ended = why;
    this.session.state = 'signed_out';
    this.#flush();
    await this.session.refreshLobby().catch(() => {
      this.platform.after(COLD_START_RETRY_MS, () => this.session.state === 'signed_out' && void this.#signedOut(why));
    });
  }

  async #enter(user: User): Promise<void> {
    for (const item of this.#outbox.all())
      if (item.user !== user.id) await this.#outbox.drop(item.change.request.nonce);
    this.#meId = user.id;
    this.users.put([user]);
    this.session.ended = null;
    this.session.state = 'signed_in';
    this.#link.start();
    this.#schedule();
  }

  /** The session is over. What waits in the outbox stays for its owner, unless they chose to leave or were sent away. */
  async #end(why: Ended | null): Promise<void> {
    if (this.session.state !== 'signed_in') return;
    this.session.state = 'signed_out';
    this.#link.stop();
    this.#syncer.lost();
    this.#keeper.clear();
    this.#replica.clear();
    this.rooms.clear();
    this.users.clear();
    this.drafts.clear();
    this.#meId = undefined;
    const stays = why === 'expired' || why === 'password_changed' || why === null;
    if (!stays) this.#outbox.clear();
    await this.#database.clear(stays ? ['owner', 'rooms', 'users', 'drafts'] : undefined);
    await this.#signedOut(why);
  }

  #makeLink(): Link {
    const receiver = new Receiver({
      entry: (entry) => this.#syncer.entry(entry),
      mine: (entry) => this.#syncer.mine(entry),
      head: (head) => this.#syncer.head(head),
      lagged: () => this.#syncer.lagged(),
      user: (user) => this.users.put([user]),
      workspace: (workspace) => this.#learnWorkspace(workspace),
      presence: (presence) => this.presence.heard(presence),
      typing: ({ room, user, typing }) => this.rooms.get(room)?.heardTyping(user, typing),
      ended: (why) => void this.#end(why),
    });
    return new Link(this.platform, {
      connected: () => this.#connected(),
      lost: () => {
        this.#syncer.lost();
        this.presence.lost();
      },
      refused: () => void this.#end(null),
      changed: () => this.#schedule(),
      push: (name, payload) => receiver.push(name, payload),
    });
  }

  #connected(): void {
    this.#syncer.connected();
    this.presence.connected();
    this.users.again();
  }

  #synced(): void {
    if (this.#syncer.live) {
      this.rooms.loaded = true;
      for (const log of this.#replica.rooms.values()) this.#marks.look(log);
      this.#flusher.kick();
    }
    this.#keeper.owner();
    this.#schedule();
  }

  #opened(log: RoomLog): void {
    const room = new RoomState(log, {
      me: this.#replica.me ?? '',
      ask: this.call.bind(this),
      outbox: this.#outbox,
      platform: this.platform,
      learnUsers: (users) => this.users.put(users),
      user: (id) => this.users.get(id),
      changed: () => this.#touch(log.room.id),
      make: (change) => this.#make(change),
      kick: () => this.#flusher.kick(),
      marked: () => this.#marks.look(log),
    });
    this.rooms.put(room);
    this.#changed(log);
  }

  #changed(log: RoomLog): void {
    this.#marks.look(log);
    this.#keeper.room(log);
    this.#touch(log.room.id);
  }

  #closed(room: string, why: 'left' | 'void'): void {
    this.rooms.remove(room);
    this.#keeper.roomClosed(room);
    this.#schedule();
    if (why === 'void') return;
    const unsent = this.#outbox.of(room);
    for (const item of unsent) void this.#outbox.drop(item.change.request.nonce);
    if (unsent.some(({ change, state }) => change.call === 'message:send' && state !== 'sent')) {
      this.toasts.show('A message was not sent: you are no longer in its room.', 'error');
    }
  }

  #make(change: Change): void {
    if (this.#meId === undefined) return;
    void this.#outbox.add(change, this.#meId).then(() => this.#flusher.kick());
  }

  /** Resolves when a room that was just opened is in `rooms`; the push that tells of it may have been lost. */
  async #arrived(id: string): Promise<void> {
    if (this.rooms.get(id)) return;
    this.#syncer.again();
    await this.rooms.arrival(id, this.platform);
    this.#flush();
  }

  #learned(users: readonly User[]): void {
    this.#keeper.users(users);
    for (const room of this.rooms.all()) room.members.refresh(users);
  }

  #learnWorkspace(workspace: Workspace): void {
    this.workspace = workspace;
    this.#keeper.owner();
    this.#schedule();
  }

  #learnSettings(settings: Settings): void {
    this.settings = settings;
    this.#keeper.owner();
  }

  #touch(room: string): void {
    this.#dirty.add(room);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#framed) return;
    this.#framed = true;
    this.platform.frame(() => this.#flush());
  }

  /** Brings what the screens read up to date with everything that happened since the last frame. */
  #flush(): void {
    this.#framed = false;
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const id of dirty) {
      const room = this.rooms.get(id);
      if (room) this.#outbox.settle(id, room.log.applied);
      room?.refresh();
    }
    this.rooms.refresh();
    this.connection.refresh();
    const place = this.#shown === null ? '' : (this.rooms.get(this.#shown)?.title ?? '');
    const { unread, mentions } = this.rooms;
    this.surface.badge({ place, workspace: this.workspace.name, unread, mentions });
  }

  #attentionState(): AttentionState {
    return {
      me: this.#meId,
      sound: this.settings.sound,
      presence: this.presence.mine,
      shown: this.#shown,
      isDirect: (room) => this.#replica.rooms.get(room)?.room.kind === 'direct',
    };
  }
}
