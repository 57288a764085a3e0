import { MESSAGE_BYTES, MESSAGE_CHARS } from '../../lib';

/** From here on it is said how much is left. */
const NEAR_CHARS = 400;

/** A message as it is sent: without empty lines around it. Empty when there is nothing to see in it. */
export function trimmed(text: string): string {
  return text.trimEnd().replace(/^(?:[ \t]*\n)+/u, '');
}

/**
 * How many characters a message may still have, negative when it is too long; by characters or by bytes, whatever
 * ends first, as the server counts them.
 */
export function charsLeft(text: string): number {
  // Most texts are far from both ends: no need to count them character by character.
  if (text.length * 3 < MESSAGE_CHARS) return MESSAGE_CHARS - text.length;
  const sent = trimmed(text).normalize('NFC');
  const bytes = new TextEncoder().encode(sent).length;
  return Math.min(MESSAGE_CHARS - [...sent].length, MESSAGE_BYTES - bytes);
}

/** Whether the end is near enough to be told. */
export function isNearEnd(left: number): boolean {
  return left <= NEAR_CHARS;
}
