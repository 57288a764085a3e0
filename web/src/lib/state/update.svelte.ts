import type { Update } from '../api';

/** The service worker that keeps the shell for starting offline, and a newer one that waits. */
export class UpdateView implements Update {
  available = $state.raw(false);
  #waiting: ServiceWorker | undefined;
  #ask: (() => void) | undefined;

  /** Registers the worker, whose chunk is not needed for the first paint. */
  async start(): Promise<void> {
    const { register } = await import('./worker');
    this.#ask = await register((waiting) => {
      this.#waiting = waiting;
      this.available = true;
    });
  }

  /** The server may be a newer one: asks for its client. */
  look(): void {
    this.#ask?.();
  }

  apply(): void {
    this.#waiting?.postMessage('take over');
  }
}
