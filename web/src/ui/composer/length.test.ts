import { describe, expect, test } from 'vitest';
import { charsLeft, isNearEnd, trimmed } from './length';

describe('how long a message is', () => {
  test('empty lines around it are not sent, the indent of its first line is', () => {
    expect(trimmed('\n  \n    code\nmore\n\n')).toBe('    code\nmore');
    expect(trimmed(' \n\t ')).toBe('');
  });

  test('characters count as people count them, not as they are stored', () => {
    expect(charsLeft('a'.repeat(4000))).toBe(0);
    expect(charsLeft('a'.repeat(4001))).toBe(-1);
    expect(charsLeft('e\u0301'.repeat(3000))).toBe(1000);
    expect(charsLeft('😀'.repeat(3990))).toBe(10);
  });

  test('what is not sent does not count', () => {
    expect(charsLeft(`${'a'.repeat(3999)}\n\n\n`)).toBe(1);
  });

  test('the end is told only when it is near', () => {
    expect(isNearEnd(charsLeft('hello'))).toBe(false);
    expect(isNearEnd(charsLeft('a'.repeat(3700)))).toBe(true);
  });
});
