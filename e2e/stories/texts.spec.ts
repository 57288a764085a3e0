// What a text becomes: code to copy, spoilers, people and rooms that lead somewhere, a few emoji in large.
import { isAccessible } from '../fixtures/accessible.ts';
import { expect, test } from '../fixtures/test.ts';

test('code names its language and is copied, a spoiler is shown by whoever asks', async ({ ana, ben }) => {
  await ben.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await ana.says('```rust\nfn main() {}\n```\nand the murderer is ||the gardener||');
  const message = ben.message('the murderer is');
  await expect(message).toContainText('rust');
  await expect(message).not.toContainText('the gardener');
  await isAccessible(ben, 'code and a spoiler');
  await message.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(message.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await ben.page.evaluate(() => navigator.clipboard.readText())).toBe('fn main() {}\n');
  await message.getByRole('button', { name: 'Spoiler' }).press('Enter');
  await expect(message).toContainText('the gardener');
  expect([...ana.faults, ...ben.faults]).toEqual([]);
});

test('names lead to people and rooms, and three emoji stand large', async ({ ana, ben }) => {
  await ana.says('Ask @ben in #lobby');
  const message = ben.message('Ask');
  await expect(message.getByRole('link', { name: '#lobby' })).toHaveAttribute('href', /^\/r\/\d+$/);
  await message.getByRole('button', { name: '@Ben' }).press('Enter');
  await expect(ben.page.getByRole('dialog')).toContainText('Ben');
  await ben.page.keyboard.press('Escape');
  await ben.says('🎉🎉🎉');
  await ben.says('🎉🎉🎉🎉');
  const size = (text: string) =>
    ana.page
      .locator('.prose')
      .filter({ hasText: new RegExp(`^${text}$`) })
      .evaluate((element) => Number.parseFloat(getComputedStyle(element.querySelector('p') ?? element).fontSize));
  expect(await size('🎉🎉🎉')).toBeGreaterThan(2 * (await size('🎉🎉🎉🎉')) - 1);
});
