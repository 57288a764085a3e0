import { USERNAME_MAX_CHARS } from '../../lib';

/** A username made from a name, as a suggestion: its letters without marks, in small, with dots between. */
export function usernameFrom(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const joined = plain
    .trim()
    .replaceAll(/\s+/g, '.')
    .replaceAll(/[^a-z0-9._-]/g, '');
  return joined.slice(0, USERNAME_MAX_CHARS);
}
