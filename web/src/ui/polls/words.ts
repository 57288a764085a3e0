import type { Poll } from '../../lib';

/** How a poll stands and what its rules are, in a line. */
export function sumUp({ voters, multiple, hidden, closed }: Poll): string {
  const people = voters === 0 ? 'Nobody has voted yet' : voters === 1 ? '1 person voted' : `${voters} people voted`;
  const rules = [multiple && 'choose several', hidden && 'names are hidden', closed && 'closed'];
  return [people, ...rules.filter((rule) => rule !== false)].join(' · ');
}
