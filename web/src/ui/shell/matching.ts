/** Letters without case and marks, for comparing what is typed with names. */
function plain(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase();
}

/** Whether a name, or one of its words, starts with what was typed. */
export function matches(name: string, query: string): boolean {
  return rank(name, query) < 3;
}

/** Those that match, best first; all of them in their order when nothing was typed. */
export function ranked<T>(all: readonly T[], query: string, nameOf: (one: T) => string): T[] {
  if (query.trim() === '') return [...all];
  return all
    .map((one) => ({ one, rank: rank(nameOf(one), query) }))
    .filter((found) => found.rank < 4)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}

/** 0 for the same, 1 for the same start, 2 for a word's start, 3 for somewhere inside, 4 for no match. */
function rank(name: string, query: string): number {
  const [text, wanted] = [plain(name), plain(query.trim().replace(/^[#@]/, ''))];
  if (text === wanted) return 0;
  if (text.startsWith(wanted)) return 1;
  if (text.split(/[\s._,-]+/u).some((word) => word.startsWith(wanted))) return 2;
  return text.includes(wanted) ? 3 : 4;
}
