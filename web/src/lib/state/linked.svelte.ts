import { untrack } from 'svelte';
import type { LinkedMessage } from '../api';
import type { Message } from '../protocol.gen';
import type { RoomState } from './room.svelte';

/** A message that is shown away from where it stands, as state. */
export class LinkedState implements LinkedMessage {
  message = $state.raw<Message | undefined>(undefined);

  constructor(
    private readonly room: RoomState,
    private readonly seq: number,
    private readonly closed: () => void,
  ) {
    this.message = room.timeline.lookUp(seq);
  }

  /** Follows the log. When the log started anew, the message is looked up again. */
  refresh(): void {
    const { log, timeline } = this.room;
    const lost = untrack(() => this.message) !== undefined;
    this.message = lost ? timeline.lookUp(this.seq) : log.message(this.seq);
  }

  close(): void {
    this.closed();
  }
}
