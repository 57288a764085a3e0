import { type Badge, BadgePainter } from './badge';
import { Sounds } from './sounds';

/** What the engine does to the page beside its state: sound, title and icons. */
export class PageSurface {
  #sounds = new Sounds();
  #painter = new BadgePainter();

  tap(taps: 1 | 2): void {
    this.#sounds.tap(taps);
  }

  badge(badge: Badge): void {
    this.#painter.show(badge);
  }
}
