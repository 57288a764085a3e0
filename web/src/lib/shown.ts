// What timelines are made of, for the screens: a part of `api.ts`.

import type { CallFailure } from './api';
import type * as wire from './protocol.gen';

/** How far a message of ours is. `sending` and `queued` ones are in the outbox; `failed` ones too, until discarded. */
export type Delivery = 'sent' | 'queued' | 'sending' | 'failed';

/** A message on screen. A new object whenever anything in it changed, the same object otherwise. */
export interface MessageRow {
  readonly kind: 'message';
  /** Stable for ever, also from pending to sent: use it as the key of `{#each}`. */
  readonly key: string;
  /** Its place in the log; null while it has none. */
  readonly seq: number | null;
  readonly by: wire.UserId;
  readonly at_ms: number;
  /** Markdown source. */
  readonly text: string;
  /** Safe HTML for `setHtml`; null while only the source is known (pending): show `text` with its line breaks. */
  readonly html: string | null;
  readonly files: readonly wire.File[];
  readonly previews: readonly wire.LinkPreview[];
  /** The message that it passes on; its files are among `files`. */
  readonly forwarded: wire.Forwarded | undefined;
  readonly poll: wire.Poll | undefined;
  /** Keys of files on this device that the message waits for: `Engine.uploads` knows them. */
  readonly uploads: readonly string[];
  readonly mentions: readonly wire.UserId[];
  readonly mentionsRoom: boolean;
  /** Whether it mentions the user: by name or with the whole room. */
  readonly mentionsMe: boolean;
  readonly mine: boolean;
  readonly deleted: boolean;
  readonly pinned: boolean;
  readonly editedAtMs: number | undefined;
  readonly reactions: readonly wire.Reaction[];
  readonly delivery: Delivery;
  /** Why it failed, in words for a person; only when `delivery` is `failed`. */
  readonly failure: string | undefined;
  /** While it can be called back: when it is sent, in milliseconds since 1970. */
  readonly heldUntil: number | undefined;
  /** The nonce for `retry`, `editFailed` and `discard` while it is in the outbox. */
  readonly nonce: wire.Nonce;
  /** An edit, delete or reaction of ours on it that the server has not confirmed yet. */
  readonly changing: boolean;
  /** Seq of the message it answers; in the room's timeline, a reply in a thread answers the root. */
  readonly replyTo: number | undefined;
  /** The root of the thread that it is a reply in. */
  readonly thread: number | undefined;
  /** What came of it, if it is the root of a thread. */
  readonly replies: wire.ThreadSummary | undefined;
  /** That message; null while it is looked up. Deleted ones have `deleted`. */
  readonly quote: wire.Message | null | undefined;
}

/** A line on screen: somebody came or went, the room changed. */
export interface LineRow {
  readonly kind: 'line';
  readonly key: string;
  readonly seq: number;
  readonly at_ms: number;
  readonly by: wire.UserId;
  readonly entry: wire.Entry;
}

export type Row = MessageRow | LineRow;

/** Where to open a timeline. */
export type OpenAt = 'unread' | 'latest' | { seq: number };

/** A room's rows. `rows` is one contiguous part of the log, in order, with pending rows at its end. */
export interface Timeline {
  /** State. The part that is loaded around where it was opened. Bounded by the screen: keep a window of it in the DOM. */
  readonly rows: readonly Row[];
  /** State. Whether older / newer rows exist that are not in `rows`. Pending rows show only when `moreAfter` is false. */
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
  /** State. What is being fetched. */
  readonly loading: 'none' | 'open' | 'before' | 'after';
  /** State. Why the last fetch failed (offline with nothing cached, for example); null otherwise. */
  readonly problem: CallFailure | null;
  /** State. First unread seq when it was opened: the "New" line stands above it; null without one. Stays until the next `openAt`. */
  newFrom: number | null;
  /** State. Counts openings and jumps: on a change put the view at `target`. */
  readonly opened: number;
  /** State. Where the last opening wants the view: a seq to show (and mark, if `marked`), or the end. */
  readonly target: { seq: number; marked: boolean } | 'end';
  /**
   * Opens at the first unread (the end if there is none), at the newest, or around a seq (jump, permalink).
   * Rows that are known show in the same frame; the rest is fetched. Never throws: see `problem`.
   */
  openAt(where: OpenAt): Promise<void>;
  /** Fetch more on one side; repeated calls while one runs are one. Never throw: see `problem`. */
  loadBefore(): Promise<void>;
  loadAfter(): Promise<void>;
  /** Tells the first visible seq, so that the view can be found again after a reset. Cheap; call it when scrolling ends. */
  lookAt(seq: number): void;
  /** A message that is known here, as the server has it. */
  find(seq: number): wire.Message | undefined;
}

/** A message that is shown away from where it stands, such as where a link leads to it. */
export interface LinkedMessage {
  /** State. As the log has it now; undefined while it is looked up, and for ever if there is none. */
  readonly message: wire.Message | undefined;
  /** It is on the screen no more. */
  close(): void;
}
