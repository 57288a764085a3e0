// What is the user's own and nobody else's, as the screens may use it: the same rules as in api.ts.

import type * as wire from './protocol.gen';

/** A text that was begun. */
export interface DraftText {
  text: string;
  replyTo?: number;
}

/** What the user wants of their rooms, the same on all their devices. */
export interface PreferenceBook {
  /** State. From top to bottom. */
  readonly folders: readonly wire.Folder[];
  /** State. Of a room that nothing was chosen for: everything calls, and it stands in no folder. */
  of(room: wire.RoomId): wire.RoomPreference;
  /** A folder that is not there yet: set it. */
  newFolder(name: string): wire.Folder;
  /** Shows at once, and is taken back if it is refused. At most PREFERENCES_PER_CALL rooms; without folders they stay. Throws `CallFailure`. */
  set(rooms: readonly wire.RoomPreference[], folders?: readonly wire.Folder[]): Promise<void>;
}

/** Which messages the user has saved. They are saved and let go by calls; the log tells. */
export interface SavedBook {
  /** State. */
  has(room: wire.RoomId, seq: number): boolean;
}

/**
 * Drafts, kept on this device and sent to the user's others after a pause. The key is a room's id, or `room/seq` for a
 * thread. Setting is cheap; it is written a moment later and on pagehide.
 */
export interface Drafts {
  get(key: string): DraftText | undefined;
  /** State, per room: whether there is one (for a mark in the side bar). */
  has(room: wire.RoomId): boolean;
  /** State, per key: grows when another device has changed the draft, which `get` has then. */
  arrivals(key: string): number;
  set(key: string, draft: DraftText | null): void;
  /** The writer has gone on to something else: what they began is sent now. */
  leave(): void;
}

/** Something unread: a message that mentions the user, a thread, or a whole room where neither is named. */
export type UnreadThing = Pick<wire.PutAway, 'room' | 'message' | 'thread'>;

/** What the user has put away of the unread, the same on all their devices. Load it to see what there is. */
export interface Away {
  /** State. Grows when a mention was snoozed that `messages` does not have: load it again. */
  readonly missed: number;
  /** State. The mentions that are not done, as of the last `load`: they come back also where their room is read. */
  readonly messages: readonly wire.Message[];
  /** State. Until when it is away, in milliseconds since 1970; Infinity for good, undefined for what is not away. */
  until(thing: UnreadThing): number | undefined;
  /** Throws `CallFailure`. */
  load(): Promise<void>;
  /** Shows at once and goes out by the outbox. What is past brings it back; without a time a mention is done for good. */
  put(thing: UnreadThing, untilMs?: number): void;
}

/** What was put off until later. Its fields are state; load it to see what there is. */
export interface Later {
  /** By time. */
  readonly scheduled: readonly wire.Scheduled[];
  readonly reminders: readonly wire.Reminder[];
  readonly loaded: boolean;
  readonly away: Away;
  /** All of these throw `CallFailure`. */
  load(): Promise<void>;
  schedule(room: wire.RoomId, text: string, atMs: number, replyTo?: number): Promise<string>;
  /** `atMs: 0` sends it now. */
  change(nonce: wire.Nonce, change: { text?: string; atMs?: number }): Promise<void>;
  delete(nonce: wire.Nonce): Promise<void>;
  remind(of: { atMs: number; text?: string; room?: wire.RoomId; message?: number }): Promise<void>;
  snooze(reminder: wire.Reminder, atMs: number): Promise<void>;
  done(nonce: wire.Nonce): Promise<void>;
}
