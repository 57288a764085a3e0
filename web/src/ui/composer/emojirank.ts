import type { EmojiChoice } from '../emoji/emoji';

/**
 * Emoji for the beginning of a shortcode, best first: the shortcode itself, one that begins with it, the shorter the
 * better, a name that begins with it, a word of its name, and then what is only about it. Among equals those used last.
 */
export function rankedEmoji(
  query: string,
  found: readonly EmojiChoice[],
  recent: readonly string[],
): { choice: EmojiChoice; code: string }[] {
  const wanted = query.toLowerCase();
  const ranked = found.map((choice) => {
    const code = best(choice, wanted);
    const used = recent.indexOf(choice.emoji);
    return { choice, code, rank: rankOf(choice, code, wanted), used: used < 0 ? recent.length : used };
  });
  return ranked.toSorted((a, b) => a.rank - b.rank || a.used - b.used).map(({ choice, code }) => ({ choice, code }));
}

/** The emoji whose shortcode this is. */
export function emojiOf(code: string, found: readonly EmojiChoice[]): EmojiChoice | undefined {
  return found.find(({ shortcodes }) => shortcodes.includes(code.toLowerCase()));
}

function best({ shortcodes, name }: EmojiChoice, wanted: string): string {
  const begun = shortcodes.filter((code) => code.startsWith(wanted)).toSorted((a, b) => a.length - b.length);
  return begun[0] ?? shortcodes[0] ?? name;
}

function rankOf({ shortcodes, name }: EmojiChoice, code: string, wanted: string): number {
  if (shortcodes.includes(wanted)) return 0;
  if (code.startsWith(wanted)) return 100 + code.length;
  const words = name.toLowerCase();
  if (words.startsWith(wanted)) return 200;
  return words.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted)) ? 300 : 400;
}
