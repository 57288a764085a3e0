import type { MessageRow, Row } from '../../lib';
import { dayKey } from '../parts/times';

/** Messages of one author that are closer than this stand together. */
const TOGETHER_MS = 5 * 60_000;

/** A row with what stands above it. */
export interface Entry {
  readonly row: Row;
  /** A day begins with it: a time of that day. */
  readonly day: number | undefined;
  /** The "New" line stands above it. */
  readonly fresh: boolean;
  /** It belongs to the message above, so that it needs no name. */
  readonly compact: boolean;
}

/** What is shown of some rows; `before` is the row above the first. */
export function entriesOf(rows: readonly Row[], before: Row | undefined, newFrom: number | null): Entry[] {
  let above = before;
  return rows.map((row) => {
    const newDay = !above || dayKey(above.at_ms) !== dayKey(row.at_ms);
    const fresh = newFrom !== null && row.seq === newFrom;
    const entry = {
      row,
      day: newDay ? row.at_ms : undefined,
      fresh,
      compact: !newDay && !fresh && together(above, row),
    };
    above = row;
    return entry;
  });
}

function together(above: Row | undefined, row: Row): boolean {
  if (above?.kind !== 'message' || row.kind !== 'message') return false;
  return above.by === row.by && row.replyTo === undefined && row.at_ms - above.at_ms < TOGETHER_MS;
}

/** Who makes a room is in it by this seq: only who was there before them comes in between. */
const JOINS_BY = 3;

/** Whether a line says only that who made the room is in it. */
export function joinsOwnRoom(row: Row): boolean {
  return row.kind === 'line' && row.seq <= JOINS_BY && row.entry.type === 'member:joined' && row.entry.user === row.by;
}

/** The user's last message; one that is on its way too, so that nobody changes the one before by mistake. */
export function lastOwn(rows: readonly Row[]): MessageRow | undefined {
  return rows.findLast((row): row is MessageRow => row.kind === 'message' && row.mine && !row.deleted);
}
