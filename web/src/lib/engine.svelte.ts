import type { Engine } from './api';
import type { Surface } from './attention/attention';
import { failureOf } from './failure';
import type { UploadBook } from './files/uploads.svelte';
import { Replica } from './log/replica';
import type { RoomLog } from './log/roomlog';
import type { Online, OnlineEvents } from './online';
import { type Change, isText } from './outbox/item';
import { Outbox } from './outbox/outbox';
import type { Platform } from './platform';
import type { Calls, Ended, MyEntry, ProfileChange, RoomCreate, Settings, User, Workspace } from './protocol.gen';
import { ConnectionView } from './state/connection.svelte';
import { DraftBook } from './state/drafts.svelte';
import { Frames } from './state/frames';
import type { LaterBook } from './state/later.svelte';
import { PreferenceSet } from './state/preferences.svelte';
import { PresenceView } from './state/presence.svelte';
import { RoomState, sum } from './state/room.svelte';
import { RoomBook } from './state/rooms.svelte';
import { SavedSet } from './state/saved.svelte';
import { SessionView } from './state/session.svelte';
import { ToastList } from './state/toasts.svelte';
import { UpdateView } from './state/update.svelte';
import { UserDirectory } from './state/users.svelte';
import { Database } from './storage/database';
import { Keeper } from './storage/keeper';

const COLD_START_RETRY_MS = 3_000;

/** The client but for its screens: wires log, outbox, storage and network together and holds what the screens read. */
export class ParlorEngine implements Engine {
  workspace = $state.raw<Workspace>({ name: '', door: 'invited', emoji: 0 });
  settings = $state.raw<Settings>({ theme: 'system', sound: true, letter_keys: true, undo_send_s: 0, toolbar: true });
  readonly rooms = new RoomBook();
  readonly saved = new SavedSet();
  readonly update = new UpdateView();
  readonly session: SessionView;
  readonly connection: ConnectionView;
  readonly users: UserDirectory;
  readonly preferences: PreferenceSet;
  readonly presence: PresenceView;
  readonly toasts: ToastList;
  readonly drafts: DraftBook;

  #meId = $state.raw<string | undefined>(undefined);
  shown: string | null = null;
  #online: Online | undefined;
  #loading: Promise<Online> | undefined;
  #uploads: Promise<UploadBook> | undefined;
  #later: Promise<LaterBook> | undefined;
  readonly #frames: Frames;
  readonly #database: Database;
  readonly #replica: Replica;
  readonly #outbox: Outbox;
  readonly #keeper: Keeper;

  constructor(
    private readonly platform: Platform,
    private readonly surface: Surface,
  ) {
    const ask = this.call.bind(this);
    this.#frames = new Frames(platform, (rooms) => this.#draw(rooms));
    this.#database = new Database(platform.database);
    this.toasts = new ToastList(platform);
    this.drafts = new DraftBook(platform, this.#database);
    this.presence = new PresenceView(platform, ask, () => this.#keeper.owner());
    this.preferences = new PreferenceSet(ask, platform, (rooms) => {
      for (const room of rooms) this.#frames.touch(room);
      this.#keeper.owner();
    });
    this.users = new UserDirectory(ask, (users) => this.#learned(users));
    this.session = new SessionView(ask, {
      signedIn: (user) => this.#enter(user),
      signedOut: () => this.#end('signed_out'),
    });
    this.#replica = new Replica({
      began: (epoch) => void this.#outbox.enter(epoch).then(() => this.#online?.flusher.kick()),
      roomOpened: (log) => this.#opened(log),
      roomChanged: (log) => this.#changed(log),
      roomClosed: (room, why) => this.#closed(room, why),
      users: (users) => this.users.put(users),
      workspace: (workspace) => this.#learnWorkspace(workspace),
      settings: (settings) => this.#learnSettings(settings),
      drafts: (drafts) => this.#online?.drafts.heardAll(drafts),
      later: (entry) => this.#heardLater(entry),
      preferred: (rooms, folders) => this.preferences.put(rooms, folders),
      preferredAll: (all) => this.preferences.load(all),
      saved: (room, seq, is) => this.saved.set(room, seq, is),
      savedAll: (seqs) => this.saved.loadAll(seqs),
    });
    this.#keeper = new Keeper(this.#database, platform, this.#replica, this);
    this.#outbox = new Outbox(platform, this.#database, this.#replica, (room) => this.#frames.touch(room));
    this.connection = new ConnectionView(() => this.#online, this.#outbox);
    platform.onWake(() => this.#frames.ask());
  }

  get me(): User | undefined {
    return this.#meId === undefined ? undefined : this.users.get(this.#meId);
  }

  room(id: string): RoomState | undefined {
    return this.rooms.get(id);
  }

  show(room: string | null): void {
    this.shown = room;
    this.#frames.ask();
  }

  later(): Promise<LaterBook> {
    this.#later ??= import('./state/later.svelte').then(({ LaterBook: Book }) => {
      const { toasts, platform } = this;
      const parts = { ask: this.call.bind(this), toasts, platform, unsent: () => this.#outbox.all() };
      return new Book({ ...parts, make: (change) => this.#make(change) });
    });
    return this.#later;
  }

  start(): void {
    this.presence.active();
    void this.#start();
  }

  async call<K extends keyof Calls>(name: K, request: Calls[K]['request']): Promise<Calls[K]['reply']> {
    const { caller } = await this.#goOnline();
    return caller.call(name, request);
  }

  async createRoom(request: Omit<RoomCreate, 'nonce'>): Promise<string> {
    const { room } = await this.call('room:create', { ...request, nonce: this.platform.nonce() });
    return this.#arrived(room.id);
  }

  async openDirect(users: readonly string[]): Promise<string> {
    const { room } = await this.call('room:direct', { users: [...users], nonce: this.platform.nonce() });
    return this.#arrived(room.id);
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
    this.users.put([await (await this.#goOnline()).caller.put<User>('/api/avatar', picture)]);
  }

  async addEmoji(name: string, picture: Blob): Promise<void> {
    await (await this.#goOnline()).caller.put(`/api/emoji/${name}`, picture);
  }

  uploads(): Promise<UploadBook> {
    this.#uploads ??= this.#loadUploads();
    this.#uploads.catch(() => (this.#uploads = undefined));
    return this.#uploads;
  }

  async #loadUploads(): Promise<UploadBook> {
    const { openUploads } = await import('./files/uploads.svelte');
    return openUploads(this.platform, this.#database, this.#outbox, await this.#goOnline(), () => this.#meId);
  }

  /** Paints what is kept, then goes to the network; without a copy the first answer says who this is. */
  async #start(): Promise<void> {
    const kept = await this.#database.read();
    this.#outbox.load(kept.outbox);
    this.drafts.load(kept.drafts);
    if (!kept.owner) return this.#coldStart();
    this.#learnSettings(kept.owner.settings);
    this.saved.load(kept.owner.saved);
    this.preferences.load(kept.owner.preferences);
    this.#learnWorkspace(kept.owner.workspace);
    this.presence.setMine(kept.owner.presence);
    this.users.put(kept.users);
    this.#meId = kept.owner.me;
    this.#keeper.restore(kept);
    this.rooms.loaded = true;
    this.session.state = 'signed_in';
    this.#frames.flush();
    // Nothing of the network must stand in the way of the first paint.
    this.platform.frame(() => this.platform.after(0, () => void this.#connect()));
  }

  async #connect(): Promise<void> {
    const { link } = await this.#goOnline();
    if (this.session.state === 'signed_in') link.start();
  }

  /** The network half, once its chunk is here. */
  #goOnline(): Promise<Online> {
    this.#loading ??= this.#loadOnline();
    return this.#loading;
  }

  async #loadOnline(): Promise<Online> {
    for (;;) {
      const chunk = await import('./online').catch(() => undefined);
      if (!chunk) {
        await new Promise<void>((resolve) => this.platform.after(COLD_START_RETRY_MS, resolve));
        continue;
      }
      const { platform } = this;
      const parts = { platform, replica: this.#replica, outbox: this.#outbox, drafts: this.drafts };
      this.#online = new chunk.Online(parts, this.#onlineEvents());
      return this.#online;
    }
  }

  async #coldStart(): Promise<void> {
    const { http } = await this.#goOnline();
    const request = this.#replica.request();
    try {
      const synced = await http.call('sync', request);
      this.#replica.takeSynced(synced, request);
      this.#meId = synced.me;
      this.rooms.loaded = true;
      this.session.state = 'signed_in';
      this.#frames.flush();
      void this.#connect();
    } catch (thrown) {
      if (failureOf(thrown).code === 'unauthenticated') return this.#signedOut(null);
      this.#frames.ask();
      this.platform.after(COLD_START_RETRY_MS, () => void this.#coldStart());
    }
  }

  async #signedOut(why: Ended | null): Promise<void> {
    this.session.ended = why;
    this.session.state = 'signed_out';
    this.#frames.flush();
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
    void this.#connect();
    this.#frames.ask();
  }

  /** The session is over. What waits in the outbox stays for its owner, unless they chose to leave or were sent away. */
  async #end(why: Ended | null): Promise<void> {
    if (this.session.state !== 'signed_in') return;
    this.session.state = 'signed_out';
    this.#online?.stop();
    this.#keeper.clear();
    this.#replica.clear();
    this.rooms.clear();
    this.users.clear();
    this.drafts.clear();
    this.#later = undefined;
    this.saved.load([]);
    this.preferences.load({ rooms: [], folders: [] });
    this.#meId = undefined;
    this.#uploads = undefined;
    const stays = why === 'expired' || why === 'password_changed' || why === null;
    if (!stays) this.#outbox.clear();
    await this.#database.clear(stays ? ['owner', 'rooms', 'users', 'drafts'] : undefined);
    await this.#signedOut(why);
  }

  #onlineEvents(): OnlineEvents {
    return {
      changed: () => this.#progressed(),
      connected: () => {
        this.presence.connected();
        this.users.again();
        this.update.look();
      },
      lost: () => this.presence.lost(),
      ended: (why) => void this.#end(why),
      counted: (log) => this.#changed(log),
      refused: (failure) => this.toasts.show(`That change was not saved. ${failure.message}`, 'error'),
      user: (user) => this.users.put([user]),
      workspace: (workspace) => this.#learnWorkspace(workspace),
      presence: (presence) => this.presence.heard(presence),
      typing: ({ room, user, typing }) => this.rooms.get(room)?.heardTyping(user, typing),
      uploads: () => this.uploads(),
      signedIn: () => this.session.state === 'signed_in',
      attentive: () => this,
      tap: (taps) => this.surface.tap(taps),
    };
  }

  /** The connection or the sync went on. */
  #progressed(): void {
    if (this.#online?.syncer.live) this.rooms.loaded = true;
    this.#keeper.owner();
    this.#frames.ask();
  }

  #opened(log: RoomLog): void {
    const room = new RoomState(log, {
      me: this.#replica.me ?? '',
      ask: this.call.bind(this),
      outbox: this.#outbox,
      platform: this.platform,
      learnUsers: (users) => this.users.put(users),
      user: (id) => this.users.get(id),
      level: () => this.preferences.of(log.room.id).level,
      changed: () => this.#frames.touch(log.room.id),
      make: (change) => this.#make(change),
      kick: () => this.#online?.flusher.kick(),
      marked: () => this.#changed(log),
    });
    this.rooms.put(room);
    this.#changed(log);
  }

  #changed(log: RoomLog): void {
    this.#online?.marks.look(log);
    this.#keeper.room(log);
    this.#frames.touch(log.room.id);
  }

  #closed(room: string, why: 'left' | 'void'): void {
    this.rooms.remove(room);
    this.#keeper.roomClosed(room);
    this.#frames.ask();
    if (why === 'void') return;
    const unsent = this.#outbox.of(room);
    for (const item of unsent) void this.#outbox.drop(item.change.request.nonce);
    if (unsent.some(({ change, state }) => change.call === 'message:send' && state !== 'sent')) {
      this.toasts.show('A message was not sent: you are no longer in its room.', 'error');
    }
  }

  #heardLater(entry: MyEntry): void {
    if (entry.type === 'my:draft_changed') this.#online?.drafts.heard(entry.draft);
    else void this.later().then((later) => later.take(entry));
  }

  #make(change: Change): void {
    if (this.#meId === undefined) return;
    const holdMs = isText(change) ? this.settings.undo_send_s * 1_000 : 0;
    void this.#outbox.add(change, this.#meId, holdMs).then(() => this.#online?.flusher.kick());
  }

  /** Resolves when a room that was just opened is in `rooms`; the push that tells of it may have been lost. */
  async #arrived(id: string): Promise<string> {
    if (this.rooms.get(id)) return id;
    this.#online?.syncer.again();
    await this.rooms.arrival(id, this.platform);
    this.#frames.flush();
    return id;
  }

  #learned(users: readonly User[]): void {
    this.#keeper.users(users);
    for (const room of this.rooms.all()) room.members.refresh(users);
  }

  #learnWorkspace(workspace: Workspace): void {
    this.workspace = workspace;
    this.#keeper.owner();
    this.#frames.ask();
  }

  #learnSettings(settings: Settings): void {
    this.settings = settings;
    this.#keeper.owner();
  }

  /** Brings what the screens read up to date. */
  #draw(changed: readonly string[]): void {
    for (const id of changed) {
      const room = this.rooms.get(id);
      if (room) this.#outbox.settle(id, room.log.applied);
      room?.refresh();
    }
    this.rooms.refresh();
    this.connection.refresh();
    const place = this.shown === null ? '' : (this.rooms.get(this.shown)?.title ?? '');
    const { unread, mentions } = sum([this.rooms, this.rooms.threads]);
    this.surface.badge({ place, workspace: this.workspace.name, unread, mentions });
  }
}
