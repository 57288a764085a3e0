import { browserPlatform } from './browser';
import { ParlorEngine } from './engine.svelte';

/** The engine of this page, in the real surroundings. Call `start` on it once. */
export function createEngine(): ParlorEngine {
  // Sound and badges are no part of the first paint; without them (a chunk that can't be loaded) all else goes on.
  const surface = import('./attention/surface').then(
    ({ PageSurface }) => new PageSurface(),
    () => undefined,
  );
  const engine = new ParlorEngine(browserPlatform(), {
    tap: (taps) => void surface.then((page) => page?.tap(taps)),
    badge: (badge) => void surface.then((page) => page?.badge(badge)),
  });
  for (const event of ['pointerdown', 'keydown', 'wheel']) {
    addEventListener(event, () => engine.presence.active(), { passive: true, capture: true });
  }
  if (import.meta.env.PROD) addEventListener('load', () => void engine.update.start());
  return engine;
}
