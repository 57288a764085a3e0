/** What a key on a focused message can mean. */
export type RowAction = 'reply' | 'thread' | 'edit' | 'delete' | 'link' | 'unread' | 'react' | 'menu';

const LETTERS: Record<string, RowAction> = { r: 'reply', t: 'thread', e: 'edit', c: 'link', u: 'unread', '+': 'react' };
const ALWAYS: Record<string, RowAction> = { Delete: 'delete', Enter: 'menu', ContextMenu: 'menu' };
const STEPS: Record<string, number> = {
  ArrowUp: -1,
  ArrowDown: 1,
  PageUp: -10,
  PageDown: 10,
  Home: -1_000,
  End: 1_000,
};

/** Acts on a key that was pressed on a focused row. */
export function rowKey(
  event: KeyboardEvent,
  row: { letters: boolean; move: (by: number) => void; act: (name: RowAction) => void },
): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const step = STEPS[event.key];
  const action = ALWAYS[event.key] ?? (row.letters ? LETTERS[event.key.toLowerCase()] : undefined);
  if (step === undefined && action === undefined) return;
  event.preventDefault();
  if (step !== undefined) row.move(step);
  else if (action) row.act(action);
}
