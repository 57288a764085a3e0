/** Slips that are forgiven in a word of so many letters: none in short ones, where they could mean anything. */
export function forgiven(letters: number): number {
  return letters < 4 ? 0 : letters < 8 ? 1 : 2;
}

/**
 * Whether a word begins with this but for so many slips: a letter that is wrong, missing, too much, or swapped with the
 * next. Counted row by row of the table of all beginnings against all beginnings; a row with too many in each ends it.
 */
export function beginsNearly(part: string, word: string, most: number): boolean {
  const [wanted, letters] = [[...part], [...word].slice(0, part.length + most)];
  let before: number[] = [];
  let last = letters.map((_, at) => at + 1);
  last.unshift(0);
  for (const [row, letter] of wanted.entries()) {
    const next = [row + 1];
    for (const [at, other] of letters.entries()) {
      const swapped = row > 0 && at > 0 && letter === letters[at - 1] && wanted[row - 1] === other;
      next.push(
        Math.min(
          (last[at + 1] ?? 0) + 1,
          (next[at] ?? 0) + 1,
          (last[at] ?? 0) + Number(letter !== other),
          swapped ? (before[at - 1] ?? 0) + 1 : Infinity,
        ),
      );
    }
    if (Math.min(...next) > most) return false;
    [before, last] = [last, next];
  }
  return Math.min(...last) <= most;
}
