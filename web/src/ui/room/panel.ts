import type { MessageRow } from '../../lib';
import type { Spot } from '../parts/place';

/** What is open beside a row: its menu, the emoji, who reacted, or the sheet on touch screens. */
export interface OpenPanel {
  readonly kind: 'menu' | 'emoji' | 'sheet' | 'who';
  readonly row: MessageRow;
  /** Beside what it stands. */
  readonly anchor: HTMLElement;
  /** Where on the screen, if not there: under the pointer. */
  readonly at?: Spot | undefined;
  /** The reaction whose people are shown. */
  readonly emoji?: string | undefined;
}
