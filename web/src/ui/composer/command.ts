/** A text that is a command: a slash, a name, and what stands behind it. A path such as /usr/bin is none. */
export interface CommandText {
  readonly name: string;
  readonly words: string;
}

/** Reads a text as a command; null when it is none. */
export function commandIn(text: string): CommandText | null {
  const found = /^\/([a-z][a-z-]*)(?:\s+([\s\S]*))?$/iu.exec(text.trim());
  return found ? { name: found[1] ?? '', words: (found[2] ?? '').trim() } : null;
}
