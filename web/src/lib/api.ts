// What the screens may use of the engine. Everything here is reactive where it says "state": read it in markup,
// `$derived` or `$effect`, and it updates by itself, at most once per animation frame.

import type { UploadBook } from './files/uploads.svelte';
import type { Drafts, DraftText, Later, PreferenceBook, SavedBook } from './mine';
import type * as wire from './protocol.gen';
import type { LinkedMessage, MessageRow, Timeline } from './shown';

export type * from './protocol.gen';
export type * from './mine';
export type * from './shown';
export type { PendingFile } from './files/pending';
export type { UploadBook } from './files/uploads.svelte';

/** Why a call failed: the server's closed codes, or `offline` when nothing could be reached. */
export type FailureCode = wire.Code | 'offline';

/** A refused call, as it is thrown. `message` is for a person. */
export interface CallFailure extends Error {
  readonly code: FailureCode;
  /** When to try again, in milliseconds from then; for `rate_limited` and `unavailable`. */
  readonly retryAfterMs: number | undefined;
}

/** Who uses this device, and the ways in and out. */
export interface SessionState {
  /** State. `starting` until the cache or the server has said who this is; show the plain shell meanwhile. */
  readonly state: 'starting' | 'signed_out' | 'signed_in';
  /** State. Why the last session ended, for a sentence on the sign-in screen. */
  readonly ended: wire.Ended | null;
  /** State. Workspace name, open doors, whether set-up was done; null until known. Read when signed out. */
  readonly lobby: wire.Lobby | null;
  /** Reads the lobby again, such as after a first failure. */
  refreshLobby(): Promise<void>;
  /** All of these throw a `CallFailure`; on success `state` becomes `signed_in`. */
  signIn(request: wire.SessionCreate): Promise<void>;
  setUp(request: wire.WorkspaceSetUp): Promise<void>;
  joinAsGuest(request: wire.GuestJoin): Promise<void>;
  acceptInvite(request: wire.InviteAccept): Promise<void>;
  recover(request: wire.RecoveryAccept): Promise<void>;
  previewInvite(token: string): Promise<wire.InvitePreview>;
  /** Ends the session on the server if it can be reached and wipes everything kept on this device. */
  signOut(): Promise<void>;
}

/** Whether the server is there, honestly. All fields are state. */
export interface ConnectionState {
  /** `connecting` only until the first connection; `offline`: the device says so or 10 s of attempts failed. */
  readonly state: 'connecting' | 'connected' | 'reconnecting' | 'offline';
  /** Whether everything the server has told is applied since the last connect. */
  readonly upToDate: boolean;
  /** How many changes wait in the outbox on this device (queued or being sent). */
  readonly queued: number;
  /** How many were refused and wait for Retry, Edit or Discard. */
  readonly failed: number;
  /** Tries to connect now instead of waiting for the next attempt. */
  retry(): void;
}

/** People by id. */
export interface UserBook {
  /** State, per user. Unknown ids are looked up in the background, in batches; until then undefined. */
  get(id: wire.UserId): wire.User | undefined;
  /** Searches people by name, such as for mentions and adding members. At most 200. */
  find(query: string): Promise<wire.User[]>;
}

/** Who is there. */
export interface PresenceBook {
  /** State, per user. `undefined` when not watched or not known. */
  of(id: wire.UserId): wire.PresenceChanged | undefined;
  /**
   * Says whose presence a part of the screen shows. `owner` is any string that names the part; an empty list ends it.
   * All owners' people together (at most 500) are watched.
   */
  watch(owner: string, users: readonly wire.UserId[]): void;
  /** State. What the user chose: `online` turns to `away` by itself after five idle minutes. */
  readonly mine: wire.Presence;
  setMine(state: 'online' | 'dnd'): void;
}

/** Where the user reads: a room, or a thread in it. All fields are state. */
export interface Reading {
  readonly timeline: Timeline;
  readonly unread: number;
  readonly mentions: number;
  /** Everything up to here is read. */
  readonly marker: number;
  /** Everything up to `seq` (to the end when absent) is read. */
  markRead(seq?: number): void;
}

/** A thread that is open. All fields are state. */
export interface ThreadView extends Reading {
  readonly room: RoomView;
  /** Seq of its root. */
  readonly root: number;
  /** The root itself; null while it is looked up. */
  readonly message: MessageRow | null;
  /** Whether the user follows it: only then is anything unread in it. */
  readonly follows: boolean;
  /** As in a room. `inRoom`: it stands in the room's timeline as well. */
  send(text: string, replyTo?: number, inRoom?: boolean, uploads?: readonly string[]): void;
  follow(): void;
  unfollow(): void;
  /** It is on the screen no more. */
  close(): void;
}

/** The members of a room, loaded when asked for and kept current from then on. */
export interface MemberBook {
  /** State. By username; empty until loaded. */
  readonly list: readonly wire.RoomMember[];
  readonly loading: boolean;
  readonly more: boolean;
  /** Loads the first page once; later calls do nothing. Throws `CallFailure`. */
  load(): Promise<void>;
  loadMore(): Promise<void>;
}

/** A room of the user. One object for as long as the user is in it; its fields are state. */
export interface RoomView extends Reading {
  readonly id: wire.RoomId;
  readonly room: wire.Room;
  /** The user's role in it: the greater of the room's and the workspace's. */
  readonly role: wire.Role;
  /** Its name; in direct rooms the others' names ("Notes to yourself" alone). */
  readonly title: string;
  /** In direct rooms the others; empty elsewhere. */
  readonly others: readonly wire.UserId[];
  readonly canWrite: boolean;
  /** Whether the user may change the room, remove members and delete others' messages. */
  readonly canModerate: boolean;
  /** What of the unread calls the user, by the level that they chose for the room: nothing of a muted one. */
  readonly counted: Omit<UnreadSum, 'places'>;
  /** What is unread in the threads here that the user follows; nothing of a muted room, and apart from its own counts. */
  readonly threads: UnreadSum;
  /** The roots of those threads: all that have something unread. */
  unreadThreads(): number[];
  /** When the last message came, in milliseconds since 1970; 0 when unknown. */
  readonly lastActivityMs: number;
  /** Others who type now. */
  readonly typing: readonly wire.UserId[];
  readonly members: MemberBook;

  /** Puts the read marker back to before `seq`, over whatever was read since. Rejects with a `Failure`, and then nothing changed. */
  markUnread(seq: number): Promise<void>;
  /** These show in the same frame, survive reload, go out when connected, and are rolled back with a toast if refused. */
  send(text: string, replyTo?: number, uploads?: readonly string[]): void;
  /** Sends a message that brings more than a text: a poll, or another message, which is shown at once as `forwarded`. */
  post(message: Omit<wire.MessageSend, 'room' | 'nonce'>, forwarded?: wire.Forwarded): void;
  /** Votes in the poll of a message, in the place of what was chosen before. */
  vote(seq: number, choices: readonly number[]): void;
  closePoll(seq: number): void;
  edit(seq: number, text: string): void;
  delete(seq: number): void;
  react(seq: number, emoji: string): void;
  unreact(seq: number, emoji: string): void;
  pin(seq: number): void;
  unpin(seq: number): void;
  /** For a failed row: sends the same again / with another text / drops it. */
  retry(nonce: wire.Nonce): void;
  editFailed(nonce: wire.Nonce, text: string): void;
  discard(nonce: wire.Nonce): void;
  /** Opens a thread. Its chunk of the client comes when it is first wanted. */
  thread(root: number): Promise<ThreadView>;
  /** A message of the room for another place. Its chunk of the client comes when it is first wanted. */
  linked(seq: number): Promise<LinkedMessage>;
  /** Calls a message back that is held: it is not sent. Undefined when it is too late. */
  callBack(nonce: wire.Nonce): DraftText | undefined;
  /** Something that was held may go out now. */
  sendHeld(): void;
  /** Call on every keystroke; it is throttled. */
  typed(): void;
  stoppedTyping(): void;
  /** These throw `CallFailure`. */
  leave(): Promise<void>;
  change(change: wire.RoomDelta): Promise<void>;
  addMembers(users: readonly wire.UserId[]): Promise<void>;
  removeMember(user: wire.UserId): Promise<void>;
  changeMember(user: wire.UserId, role: wire.Role): Promise<void>;
}

/** How much of something is unread. */
export interface UnreadSum {
  /** In how many places: threads or rooms. */
  readonly places: number;
  readonly unread: number;
  readonly mentions: number;
}

/** The side bar. All fields are state. */
export interface RoomList {
  /** Public and private rooms, by name. */
  readonly rooms: readonly RoomView[];
  /** Direct rooms, last activity first. */
  readonly direct: readonly RoomView[];
  /** Sums over all threads that the user follows in rooms that are not muted. */
  readonly threads: UnreadSum;
  /** Sums over all rooms of what counts, threads left out. */
  readonly unread: number;
  readonly mentions: number;
  /** Whether the list is known (from the cache or the server): before, show placeholders. */
  readonly loaded: boolean;
}

/** Short notes to the user at the edge of the screen. */
export interface Toasts {
  readonly list: readonly Toast[];
  /** Answers with its id. A note with actions stays until it is dismissed, unless it is said that it need not. */
  show(text: string, kind?: Toast['kind'], actions?: readonly ToastAction[], stays?: boolean): number;
  /** Shows a failure in its own words; other errors as one calm sentence. */
  fail(error: unknown): void;
  dismiss(id: number): void;
}

/** What can be done about a note; it goes away then. */
export interface ToastAction {
  readonly label: string;
  /** Where it leads. */
  readonly href?: string;
  act?(): void;
}

export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly text: string;
  readonly actions: readonly ToastAction[];
}

/** A newer version of the client that waits. */
export interface Update {
  /** State. */
  readonly available: boolean;
  /** Takes it into use: reloads this and other tabs. */
  apply(): void;
}

/** The whole client but its screens. Handed down by context: `useEngine()`. */
export interface Engine {
  readonly session: SessionState;
  readonly connection: ConnectionState;
  /** State. The user; undefined while signed out (and until known). */
  readonly me: wire.User | undefined;
  /** State. */
  readonly workspace: wire.Workspace;
  /** State. */
  readonly settings: wire.Settings;
  readonly rooms: RoomList;
  readonly users: UserBook;
  readonly presence: PresenceBook;
  readonly toasts: Toasts;
  readonly drafts: Drafts;
  readonly saved: SavedBook;
  readonly preferences: PreferenceBook;
  readonly update: Update;

  /** State. A room of the user, or undefined when they are not (or no longer) in it. */
  room(id: wire.RoomId): RoomView | undefined;
  /** Says which room is on the screen; null for none. Sound, the page's title and the icon's badge go by it. */
  show(room: wire.RoomId | null): void;
  /** Scheduled messages and reminders, once their chunk is here. */
  later(): Promise<Later>;
  /** Begins: paints from what is kept on this device, then connects. Called once, by `main.ts`. */
  start(): void;

  /** Any call of the protocol, over the socket when connected, else over HTTP. Throws `CallFailure`. */
  call<K extends keyof wire.Calls>(name: K, request: wire.Calls[K]['request']): Promise<wire.Calls[K]['reply']>;

  /** These throw `CallFailure`; the ids they return are in `rooms` by then. */
  createRoom(request: Omit<wire.RoomCreate, 'nonce'>): Promise<wire.RoomId>;
  openDirect(users: readonly wire.UserId[]): Promise<wire.RoomId>;
  joinRoom(room: wire.RoomId): Promise<void>;
  changeSettings(change: Partial<wire.Settings>): Promise<void>;
  changeProfile(change: wire.ProfileChange): Promise<void>;
  /** JPEG, PNG, GIF or WebP of at most AVATAR_BYTES; the server cuts it to a square. */
  uploadAvatar(picture: Blob): Promise<void>;
  /** JPEG, PNG, GIF or WebP of at most EMOJI_PICTURE_BYTES; the server makes it small. */
  addEmoji(name: string, picture: Blob): Promise<void>;
  /** The files on their way, once their chunk is here and those kept on this device are read. */
  uploads(): Promise<UploadBook>;
}
