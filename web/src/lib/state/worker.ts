import { workerUrl } from '../trusted';

const LOOK_EVERY_MS = 60 * 60_000;

/**
 * Registers the service worker and tells of newer ones; what it returns asks the server for one at once. Nothing happens
 * where there are none: on plain HTTP beyond this machine.
 */
export async function register(waits: (waiting: ServiceWorker) => void): Promise<(() => void) | undefined> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return undefined;
  let controlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    // The first worker takes over a page that is current already.
    if (controlled) location.reload();
    controlled = true;
  });
  const registration = await serviceWorker.register(workerUrl(), { scope: '/' }).catch(() => undefined);
  if (!registration) return undefined;
  const look = () => {
    if (registration.waiting && serviceWorker.controller) waits(registration.waiting);
  };
  look();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
  const ask = () => void registration.update().catch(() => undefined);
  setInterval(ask, LOOK_EVERY_MS);
  return ask;
}
