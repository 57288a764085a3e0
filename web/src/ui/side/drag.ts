// Dragging rooms about the side bar. Not in the first chunk: it comes when a drag begins.

import type { Engine, RoomView } from '../../lib';
import { placed, prefer } from './order';
import { sectionsOf, type SideSection } from './plan';

interface Spot {
  readonly element: HTMLElement;
  readonly section: SideSection;
  readonly index: number;
  readonly how: 'before' | 'after' | 'into';
}

/** Follows one drag of a room until the signal ends it. */
export function follow(engine: Engine, nav: HTMLElement, room: RoomView, signal: AbortSignal): void {
  const mark = (spot?: Spot) => {
    for (const marked of nav.querySelectorAll('[data-drop]')) marked.removeAttribute('data-drop');
    if (spot) spot.element.dataset['drop'] = spot.how;
  };
  const over = (event: DragEvent) => {
    const spot = spotAt(engine, room, event);
    mark(spot);
    if (spot) event.preventDefault();
  };
  const drop = (event: DragEvent) => {
    const spot = spotAt(engine, room, event);
    if (!spot) return;
    event.preventDefault();
    void prefer(engine, placed(engine.preferences, room, spot.section, spot.index));
  };
  nav.addEventListener('dragover', over, { signal });
  nav.addEventListener('drop', drop, { signal });
  signal.addEventListener('abort', () => mark());
}

/** Where the room would come to stand: before or after another one, or at the head of a section. */
function spotAt(engine: Engine, room: RoomView, event: DragEvent): Spot | undefined {
  const target = event.target instanceof Element ? event.target : undefined;
  const element = target?.closest<HTMLElement>('[data-room], [data-section]');
  const id = element?.closest<HTMLElement>('[data-section]')?.dataset['section'];
  const section = sectionsOf(engine).find((one) => one.id === id);
  if (!element || !section || !takes(section, room)) return undefined;
  const others = section.rooms.filter((other) => other !== room);
  const at = others.findIndex((other) => other.id === element.dataset['room']);
  if (at < 0) return { element, section, index: 0, how: 'into' };
  const below = isBelow(event, element);
  return { element, section, index: at + Number(below), how: below ? 'after' : 'before' };
}

/** Rooms and direct messages have sections of their own; what is archived stays where it is. */
function takes({ kind }: SideSection, { room }: RoomView): boolean {
  if (room.archived || kind === 'archived') return false;
  return kind === 'rooms' ? room.kind !== 'direct' : kind !== 'direct' || room.kind === 'direct';
}

function isBelow(event: DragEvent, element: HTMLElement): boolean {
  const { top, height } = element.getBoundingClientRect();
  return event.clientY > top + height / 2;
}
