import type { Update } from '../api';

/** The service worker that keeps the shell for starting offline, and a newer one that waits. */
export class UpdateView implements Update {
  available = $state.raw(false);
  #waiting: ServiceWorker | undefined;

  /** Registers the worker, whose chunk is not needed for the first paint. */
  async start(): Promise<void> {
    const { register } = await import('./worker');
    await register((waiting) => {
      this.#waiting = waiting;
      this.available = true;
    });
  }

  apply(): void {
    this.#waiting?.postMessage('take over');
  }
}
