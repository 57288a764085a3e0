// Rows above the rooms in the side bar: each leads to a screen of its own. A new one is an entry of `viewsOf`.

import type { Engine } from '../../lib';
import type { IconName } from '../parts/icons';

/** A row that leads to a screen. */
export interface SideView {
  readonly id: string;
  readonly label: string;
  readonly icon: IconName;
  /** Where it leads; it is the current one while the address begins so. */
  readonly path: string;
  /** How much waits there; none is shown for 0. */
  readonly unread: number;
  /** How much of it calls the user, so that it stands out. */
  readonly calls: number;
}

/** The rows, from top to bottom. */
export function viewsOf(_engine: Engine): readonly SideView[] {
  return [];
}
