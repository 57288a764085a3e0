const KEPT = 'parlor-emoji';
const FIRST = ['👍', '❤️', '😂'];
const MOST = 24;

/** The emoji that were used last on this device, newest first. */
export class RecentEmoji {
  list = $state.raw<readonly string[]>(read());

  used(emoji: string): void {
    this.list = [emoji, ...this.list.filter((other) => other !== emoji)].slice(0, MOST);
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.list));
    } catch {
      // Storage can be forbidden; they hold until the page is closed.
    }
  }

  /** Whoever comes next on this device does not see what was used. */
  forget(): void {
    this.list = FIRST;
    try {
      localStorage.removeItem(KEPT);
    } catch {
      // Nothing was kept either.
    }
  }
}

function read(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    const known = Array.isArray(kept) ? kept.filter((emoji) => typeof emoji === 'string') : [];
    return [...known, ...FIRST.filter((emoji) => !known.includes(emoji))].slice(0, MOST);
  } catch {
    return FIRST;
  }
}
