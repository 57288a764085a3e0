// Text without what does not count when people look for something: letter case, accents and width.

/** A text as it is compared, and where each of its characters came from. */
export interface Folded {
  readonly text: string;
  /** For each UTF-16 unit of `text` the place of its character in the source, and at the end the source's length. */
  readonly places: readonly number[];
}

const MARKS = /\p{M}/gu;

/** Folds a text; equal results are the same word to a person. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(MARKS, '').toLowerCase();
}

/** Folds a text and remembers where everything stood. */
export function folded(source: string): Folded {
  let text = '';
  const places: number[] = [];
  let at = 0;
  for (const char of source) {
    const plain = fold(char);
    for (let unit = 0; unit < plain.length; unit += 1) places.push(at);
    text += plain;
    at += char.length;
  }
  places.push(source.length);
  return { text, places };
}
