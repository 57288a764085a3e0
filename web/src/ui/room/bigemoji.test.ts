import { expect, test } from 'vitest';
import { isBigEmoji } from './bigemoji';

test.each(['🎉', '👍🏽 👨‍👩‍👧‍👦', '🇨🇭❤️1️⃣', ' 🙂\n🙃 '])('%s stands alone and large', (text) => {
  expect(isBigEmoji(text)).toBe(true);
});

test.each(['', '🎉🎉🎉🎉', '🎉 hooray', '1 2', '©', 'ok', '🎉'.repeat(200)])('%s stays as it is', (text) => {
  expect(isBigEmoji(text)).toBe(false);
});
