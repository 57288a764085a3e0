// Emoji of the workspace's own: added from a picture, used everywhere, and removed.
import { isAccessible } from '../fixtures/accessible.ts';
import type { Person } from '../fixtures/person.ts';
import { expect, test } from '../fixtures/test.ts';

/** A picture of 24 by 24 pixels. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAIAAABvFaqvAAAAH0lEQVR42mN4EDCBKohh1KBRg0YNGjVo1KBRgwbeIADE/vAukR12dAAAAABJRU5ErkJggg==',
  'base64',
);

/** Adds an emoji on the page for that, which is open. */
async function adds(person: Person, file: string): Promise<void> {
  const { page } = person;
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a picture' }).click();
  await (await choosing).setFiles({ name: file, mimeType: 'image/png', buffer: PNG });
  await expect(page.getByRole('img', { name: 'What it will look like' })).toBeVisible();
  await isAccessible(person, 'adding an emoji');
  await page.getByRole('button', { name: 'Add the emoji' }).click();
}

test('an emoji of our own is added from the picker, written, reacted with and removed', async ({ ana, ben }) => {
  const { page } = ana;
  await page.getByRole('button', { name: 'Emoji', exact: true }).click();
  await page.getByRole('group', { name: 'Groups' }).getByRole('button', { name: 'Tea House' }).click();
  await expect(page.getByText('There are none of your own yet.')).toBeVisible();
  await page.getByRole('link', { name: 'Add or remove emoji' }).click();
  await adds(ana, 'Party Parrot.png');
  const list = page.getByRole('list', { name: 'Emoji' });
  await expect(list.getByRole('listitem')).toContainText(':party-parrot:');
  await expect(list.getByRole('listitem')).toContainText('by you');

  await ana.opens('lobby');
  await ana.composer.pressSequentially('Hooray :party');
  await expect(page.getByRole('option', { name: ':party-parrot:' })).toBeVisible();
  await page.getByRole('option', { name: ':party-parrot:' }).click();
  await expect(ana.composer).toHaveValue('Hooray :party-parrot: ');
  await ana.composer.press('Enter');
  const his = ben.message('Hooray');
  await expect(his.getByRole('img', { name: ':party-parrot:' })).toBeVisible();
  await his.hover();
  await his.getByRole('button', { name: 'Add a reaction' }).click();
  await ben.page.getByRole('searchbox', { name: 'Find an emoji' }).fill('parrot');
  await ben.page.getByRole('group', { name: 'Emoji' }).getByRole('button', { name: 'party-parrot' }).click();
  const hers = ana.message('Hooray').getByRole('button', { name: ':party-parrot: 1, by Ben' });
  await expect(hers.locator('img')).toBeVisible();
  await isAccessible(ben, 'a reaction of our own');

  await page.goto('/settings/emoji');
  await page.getByRole('button', { name: 'Remove :party-parrot:' }).click();
  const asked = page.getByRole('dialog', { name: 'Remove :party-parrot:?' });
  await isAccessible(ana, 'removing an emoji');
  await asked.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(asked).toHaveCount(0);
  await expect(page.getByText('There are none yet.')).toBeVisible();
  await expect(his.getByRole('img', { name: ':party-parrot:' })).toHaveCount(0);
  await expect(his.locator('.prose')).toHaveText('Hooray :party-parrot:');
  await expect(his.getByRole('button', { name: ':party-parrot: 1, by you' })).toContainText(':party-parrot:');
});

test('alone it is large, a name that is taken is refused in words, and members have no page for it', async ({
  ana,
  ben,
}) => {
  await ana.page.goto('/settings/emoji');
  await adds(ana, 'wave-back.png');
  await expect(ana.page.getByRole('listitem').filter({ hasText: ':wave-back:' })).toBeVisible();
  await adds(ana, 'smile.png');
  await expect(ana.page.getByRole('alert')).toContainText('an emoji that everybody has is called that');
  await ben.says(':wave-back:');
  const sent = ben.messages.last().locator('.prose');
  await expect(sent.getByRole('img', { name: ':wave-back:' })).toBeVisible();
  await expect(sent).toHaveClass(/big/);
  await ben.page.goto('/settings/emoji');
  await expect(ben.page.getByText('This page is for those who look after the workspace.')).toBeVisible();
  await expect(ben.page.getByRole('link', { name: 'Emoji', exact: true })).toHaveCount(0);
});
