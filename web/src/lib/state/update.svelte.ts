import type { Update } from '../api';
import { workerUrl } from '../trusted';

const LOOK_EVERY_MS = 60 * 60_000;

/** The service worker that keeps the shell for starting offline, and a newer one that waits. */
export class UpdateView implements Update {
  available = $state.raw(false);
  #waiting: ServiceWorker | undefined;

  /** Registers the worker. Nothing happens where there are none: on plain HTTP beyond this machine. */
  async start(): Promise<void> {
    const { serviceWorker } = navigator;
    if (!serviceWorker) return;
    let controlled = serviceWorker.controller !== null;
    serviceWorker.addEventListener('controllerchange', () => {
      // The first worker takes over a page that is current already.
      if (controlled) location.reload();
      controlled = true;
    });
    const registration = await serviceWorker.register(workerUrl(), { scope: '/' }).catch(() => undefined);
    if (!registration) return;
    this.#look(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const installing = registration.installing;
      installing?.addEventListener('statechange', () => this.#look(registration.waiting));
    });
    setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY_MS);
  }

  apply(): void {
    this.#waiting?.postMessage('take over');
  }

  #look(waiting: ServiceWorker | null): void {
    if (!waiting || !navigator.serviceWorker.controller) return;
    this.#waiting = waiting;
    this.available = true;
  }
}
