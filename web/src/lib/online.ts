import { Attention } from './attention/attention';
import { attentionOf, type Attentive } from './attention/state';
import type { Failure } from './failure';
import { ReadMarks } from './log/marks';
import type { Replica } from './log/replica';
import type { RoomLog } from './log/roomlog';
import { Syncer } from './log/syncer';
import { Caller } from './net/caller';
import { Http } from './net/http';
import { Link } from './net/link';
import { Receiver } from './net/receiver';
import type { UploadBook } from './files/uploads.svelte';
import type { Change } from './outbox/item';
import { Flusher, type Prepared } from './outbox/flusher';
import { DraftSender } from './outbox/draftsender';
import type { Outbox } from './outbox/outbox';
import type { Platform } from './platform';
import type { Ended, Entry, PresenceChanged, TypingChanged, User, Workspace } from './protocol.gen';
import type { DraftBook } from './state/drafts.svelte';

/** What the network half works on. */
export interface OnlineParts {
  readonly platform: Platform;
  readonly replica: Replica;
  readonly outbox: Outbox;
  readonly drafts: DraftBook;
}

/** What it tells, and asks, the engine. */
export interface OnlineEvents {
  /** State of the connection or of the sync may have changed. */
  changed(): void;
  /** The socket is new and knows nothing of what the one before was told. */
  connected(): void;
  lost(): void;
  /** The session is over; null when the server only says that it knows none. */
  ended(why: Ended | null): void;
  /** The server has counted what is unread in a room. */
  counted(log: RoomLog): void;
  /** A change was refused and is rolled back. */
  refused(failure: Failure): void;
  user(user: User): void;
  workspace(workspace: Workspace): void;
  presence(presence: PresenceChanged): void;
  typing(typing: TypingChanged): void;
  /** The files on their way. */
  uploads(): Promise<UploadBook>;
  signedIn(): boolean;
  /** What attention goes by. */
  attentive(): Attentive;
  tap(taps: 1 | 2): void;
}

async function prepared(change: Change, events: OnlineEvents): Promise<Prepared> {
  const { call, request, uploads } = change;
  if (call !== 'message:send' || uploads === undefined) return { request, done: () => undefined };
  const book = await events.uploads();
  return { request: await book.attached(change), done: () => book.settled(uploads) };
}

/** Says so when somebody else has brought the user into a room. A direct room speaks for itself. */
async function broughtIn(
  { room: id, by, ...entry }: Entry,
  platform: Platform,
  { me, rooms, users, toasts }: Attentive,
) {
  if (entry.type !== 'member:joined' || entry.user !== me?.id || by === entry.user) return;
  await rooms.arrival(id, platform);
  const room = rooms.get(id);
  if (!room || room.room.kind === 'direct') return;
  const open = { label: 'Open', href: `/r/${id}` };
  toasts.show(`${users.get(by)?.name ?? 'Somebody'} added you to ${room.title}`, 'info', [open]);
}

/** The half of the engine that speaks with the server. It is a chunk of its own: what this device holds is painted first. */
export class Online {
  readonly http: Http;
  readonly link: Link;
  readonly caller: Caller;
  readonly syncer: Syncer;
  readonly flusher: Flusher;
  readonly marks: ReadMarks;
  readonly drafts: DraftSender;

  constructor({ platform, replica, outbox, drafts }: OnlineParts, events: OnlineEvents) {
    const attention = new Attention(platform, () => attentionOf(events.attentive(), replica), events.tap);
    this.http = new Http(platform);
    this.link = this.#makeLink(platform, events);
    this.caller = new Caller(this.http, this.link, () => events.ended(null));
    this.syncer = new Syncer(replica, platform, (name, request) => this.caller.live(name, request), {
      changed: () => this.#changed(replica, events),
      heard: (entry) => attention.heard(entry),
      heardOfNew: (entry) => void broughtIn(entry, platform, events.attentive()),
    });
    this.flusher = new Flusher(outbox, platform, (name, request) => this.caller.live(name, request), {
      ready: () => this.syncer.live && outbox.current && events.signedIn(),
      refused: (_, failure) => events.refused(failure),
      prepare: (change) => prepared(change, events),
    });
    const ready = () => this.syncer.live && events.signedIn();
    this.drafts = new DraftSender(drafts, platform, (name, request) => this.caller.live(name, request), ready);
    this.marks = new ReadMarks(
      platform,
      (name, request) => this.caller.call(name, request),
      (name, request) => this.http.call(name, request, true),
      events.counted,
    );
  }

  /** Ends the connection until the link is started again. */
  stop(): void {
    this.link.stop();
    this.syncer.lost();
  }

  #changed(replica: Replica, events: OnlineEvents): void {
    if (this.syncer.live) {
      for (const log of replica.rooms.values()) this.marks.look(log);
      this.flusher.kick();
      void this.drafts.flush();
    }
    events.changed();
  }

  #makeLink(platform: Platform, events: OnlineEvents): Link {
    const receiver = new Receiver({
      entry: (entry) => this.syncer.entry(entry),
      mine: (entry) => this.syncer.mine(entry),
      head: (head) => this.syncer.head(head),
      lagged: () => this.syncer.lagged(),
      user: events.user,
      workspace: events.workspace,
      presence: events.presence,
      typing: events.typing,
      ended: events.ended,
    });
    return new Link(platform, {
      connected: () => {
        this.syncer.connected();
        events.connected();
      },
      lost: () => {
        this.syncer.lost();
        events.lost();
      },
      refused: () => events.ended(null),
      changed: events.changed,
      push: (name, payload) => receiver.push(name, payload),
    });
  }
}
