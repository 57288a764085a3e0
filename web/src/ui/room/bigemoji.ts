/** Up to so many emoji alone are shown large. */
const BIG = 3;
/** The longest emoji, of four people with skin tones, has some 40 code units. */
const LONGEST = BIG * 48;

/** Whether a message is nothing but up to three emoji. */
export function isBigEmoji(text: string): boolean {
  if (text.length > LONGEST) return false;
  const parts = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  const signs = parts.filter((part) => part.trim() !== '');
  return signs.length > 0 && signs.length <= BIG && signs.every(isEmoji);
}

function isEmoji(sign: string): boolean {
  return /\p{Emoji_Presentation}|\p{Extended_Pictographic}\u{fe0f}|\p{Regional_Indicator}{2}|\u{20e3}/u.test(sign);
}
