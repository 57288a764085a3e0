import { BadgePainter } from './attention/badge';
import { Sounds } from './attention/sounds';
import { browserPlatform } from './browser';
import { ParlorEngine } from './engine.svelte';

/** The engine of this page, in the real surroundings. Call `start` on it once. */
export function createEngine(): ParlorEngine {
  const sounds = new Sounds();
  const painter = new BadgePainter();
  const engine = new ParlorEngine(browserPlatform(), {
    tap: (taps) => sounds.tap(taps),
    badge: (badge) => painter.show(badge),
  });
  for (const event of ['pointerdown', 'keydown', 'wheel']) {
    addEventListener(event, () => engine.presence.active(), { passive: true, capture: true });
  }
  if (import.meta.env.PROD) addEventListener('load', () => void engine.update.start());
  return engine;
}
