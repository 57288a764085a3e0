import { expect, test } from 'vitest';
import { looksLikeCode } from './code';

test('code is told from words', () => {
  for (const code of [
    'fn main() {\n    println!("tea");\n}',
    'const a = 1;\nconst b = a + 1;',
    'def tea(cups):\n    return cups * 2\n\nprint(tea(3))',
    '{\n  "tea": "hot",\n  "cups": 2\n}',
    'SELECT name\nFROM teas\nWHERE hot = 1;\nINSERT INTO teas VALUES (1);',
  ]) {
    expect(looksLikeCode(code), code).toBe(true);
  }
  for (const words of [
    'one line;',
    'Dear all,\nthe kettle is on.\nSee you at five,\nAna',
    '- milk\n- tea\n- sugar',
    '```\nlet a = 1;\nlet b = 2;\n```',
    'We need to talk about the garden.\n\nIf it rains, we stay in.',
  ]) {
    expect(looksLikeCode(words), words).toBe(false);
  }
});
