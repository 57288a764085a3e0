import type { Engine, MessageRow, Row } from '../api';

/** The messages among rows. */
export function messages(rows: readonly Row[] | undefined): MessageRow[] {
  return (rows ?? []).filter((row) => row.kind === 'message');
}

/** The texts of a room's rows, in order. */
export function texts(engine: Engine, room: string): string[] {
  return messages(engine.room(room)?.timeline.rows).map(({ text }) => text);
}
