import type { ConnectionState } from '../api';
import type { Syncer } from '../log/syncer';
import type { Link } from '../net/link';
import type { Outbox } from '../outbox/outbox';

/** Whether the server is there, and what waits for it, as state. */
export class ConnectionView implements ConnectionState {
  state = $state.raw<ConnectionState['state']>('connecting');
  upToDate = $state.raw(false);
  queued = $state.raw(0);
  failed = $state.raw(0);

  constructor(
    private readonly link: Link,
    private readonly syncer: Syncer,
    private readonly outbox: Outbox,
  ) {}

  retry(): void {
    this.link.retry();
  }

  refresh(): void {
    this.state = this.link.state;
    this.upToDate = this.syncer.upToDate;
    this.queued = this.outbox.count('waiting');
    this.failed = this.outbox.count('failed');
  }
}
