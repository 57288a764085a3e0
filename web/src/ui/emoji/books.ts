import type { Screen } from '../shell/screen.svelte';
import { EmojiBook } from './emoji';
import { RecentEmoji } from './recent.svelte';

/** What there is of emoji, and which were used last: one of each for the whole screen. */
export interface EmojiBooks {
  readonly all: EmojiBook;
  readonly recent: RecentEmoji;
}

/** The books of a screen, made when they are first wanted: nothing of them is in the first chunk. */
export function booksOf(screen: Screen): EmojiBooks {
  return (screen.emoji ??= { all: new EmojiBook(), recent: new RecentEmoji() });
}
