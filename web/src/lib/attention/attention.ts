import type { Badge } from './badge';
import type { Platform } from '../platform';
import type { Entry, Level, Message, Presence, RoomId } from '../protocol.gen';

/** Taps closer together than this are one. */
const QUIET_MS = 1_500;

/** What the engine does to the page beside its state. */
export interface Surface {
  tap(taps: 1 | 2): void;
  badge(badge: Badge): void;
}

/** What attention goes by. */
export interface AttentionState {
  readonly me: string | undefined;
  readonly sound: boolean;
  readonly presence: Presence;
  /** The room that is on the screen. */
  readonly shown: RoomId | null;
  /** How much of a room calls the user. */
  level(room: RoomId): Level;
  isDirect(room: RoomId): boolean;
  /** Whether a message stands where the user hears it: in a room that calls with everything, or in a thread that they follow. */
  concerns(message: Pick<Message, 'room' | 'thread' | 'in_room'>): boolean;
}

/** How many taps an entry deserves: none for one's own, for what is on screen and looked at, or when not to be disturbed. */
export function tapsFor(entry: Entry, state: AttentionState, focused: boolean): 0 | 1 | 2 {
  if (entry.type !== 'message:created' || entry.by === state.me) return 0;
  if (!state.sound || state.presence === 'dnd' || state.level(entry.room) === 'nothing') return 0;
  if (focused && entry.room === state.shown) return 0;
  const called = entry.mentions_room || entry.mentions.includes(state.me ?? '') || state.isDirect(entry.room);
  if (called) return 2;
  return state.concerns(entry) ? 1 : 0;
}

/** Makes a sound for what comes live, once for all pages of the browser. */
export class Attention {
  #quietUntilMs = 0;

  constructor(
    private readonly platform: Platform,
    private readonly state: () => AttentionState,
    private readonly tap: (taps: 1 | 2) => void,
  ) {}

  heard(entry: Entry): void {
    const taps = tapsFor(entry, this.state(), this.platform.focused());
    if (taps === 0 || this.platform.now() < this.#quietUntilMs) return;
    this.#quietUntilMs = this.platform.now() + QUIET_MS;
    // The page that gets the lock keeps it for as long as the others would make the same sound.
    void this.platform.tryLock('parlor-sound', async () => {
      this.tap(taps);
      await new Promise<void>((resolve) => this.platform.after(QUIET_MS, resolve));
    });
  }
}
