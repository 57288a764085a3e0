import type { ConnectionState } from '../api';
import type { Online } from '../online';
import type { Outbox } from '../outbox/outbox';

/** Whether the server is there, and what waits for it, as state. */
export class ConnectionView implements ConnectionState {
  state = $state.raw<ConnectionState['state']>('connecting');
  upToDate = $state.raw(false);
  queued = $state.raw(0);
  failed = $state.raw(0);

  constructor(
    private readonly online: () => Online | undefined,
    private readonly outbox: Outbox,
  ) {}

  retry(): void {
    this.online()?.link.retry();
  }

  refresh(): void {
    const online = this.online();
    this.state = online?.link.state ?? 'connecting';
    this.upToDate = online?.syncer.upToDate ?? false;
    this.queued = this.outbox.count('waiting');
    this.failed = this.outbox.count('failed');
  }
}
