// Passing a message on: to rooms and people, with its author and its files.
import { isAccessible } from '../fixtures/accessible.ts';
import { expect, test } from '../fixtures/test.ts';

test('a message goes on to a room and to somebody, with its author and a comment', async ({ ana, ben }) => {
  await ana.page.getByRole('button', { name: 'Add rooms' }).click();
  await ana.page.getByRole('menuitem', { name: 'Create a room' }).click();
  await ana.page.getByLabel('Name', { exact: true }).fill('pantry');
  await ana.page.getByRole('radio', { name: /^Private/ }).check();
  await ana.page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(ana.page.getByRole('heading', { level: 1 })).toContainText('pantry');
  await ana.says('The cake is in the **left** cupboard');

  await ana.acts('The cake is in', 'Forward');
  const dialog = ana.page.getByRole('dialog', { name: 'Forward a message' });
  await dialog.getByRole('checkbox', { name: 'lobby' }).check();
  await dialog.getByRole('checkbox', { name: /^Ben/ }).check();
  await dialog.getByLabel('Say something with it').fill('Tell nobody');
  await isAccessible(ana, 'forwarding');
  await dialog.getByRole('button', { name: 'Forward', exact: true }).click();
  await expect(dialog).toHaveCount(0);

  const passed = ben.message('Tell nobody').getByRole('figure', { name: 'Forwarded from Ana' });
  await expect(passed.locator('strong', { hasText: 'left' })).toBeVisible();
  await expect(passed.getByRole('link')).toHaveCount(0);
  await expect(ben.page.getByText('pantry')).toHaveCount(0);
  await isAccessible(ben, 'a forwarded message');
  await ben.sideBar.getByRole('link', { name: /Ana 1 message for you/ }).click();
  await expect(ben.message('Tell nobody').getByText('The cake is in')).toBeVisible();

  // Whoever may see the original gets there; its deletion leaves what went on.
  await ana.opens('lobby');
  await ana
    .message('Tell nobody')
    .getByRole('link', { name: /^pantry/ })
    .click();
  await expect(ana.page.getByRole('heading', { level: 1 })).toContainText('pantry');
  await ana.acts('The cake is in', 'Delete');
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(ana.page.getByText('Message deleted')).toBeVisible();
  await expect(ben.message('Tell nobody').getByText('The cake is in')).toBeVisible();
  expect([...ana.faults, ...ben.faults]).toEqual([]);
});

test('files go on with their message and are read through it alone; a caption may go', async ({ ana, ben }) => {
  await ana.page.getByRole('button', { name: 'Add rooms' }).click();
  await ana.page.getByRole('menuitem', { name: 'Create a room' }).click();
  await ana.page.getByLabel('Name', { exact: true }).fill('pantry');
  await ana.page.getByRole('radio', { name: /^Private/ }).check();
  await ana.page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(ana.page.getByRole('heading', { level: 1 })).toContainText('pantry');
  await ana.page.getByRole('button', { name: 'Attach files' }).waitFor();
  const plan = { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('first tea, then the garden') };
  await ana.page.locator('input[type=file]').setInputFiles(plan);
  await expect(ana.page.getByRole('list', { name: 'Files of this message' }).getByRole('progressbar')).toHaveCount(0);
  await ana.says('The plan');
  const file = ana.message('The plan').getByRole('link', { name: /^Download plan.txt/ });
  const address = (await file.getAttribute('href')) ?? '';
  const status = () => ben.page.evaluate(async (of) => (await fetch(of)).status, address);
  ben.faults.length = 0;
  expect(await status()).toBe(404);

  await ana.message('The plan').hover();
  await ana.composer.press('ArrowUp');
  const editor = ana.page.getByRole('textbox', { name: /^Edit/ });
  await editor.fill('');
  await editor.press('Enter');
  await expect(ana.message('plan.txt')).not.toContainText('The plan');

  await ana.acts('plan.txt', 'Forward');
  const dialog = ana.page.getByRole('dialog', { name: 'Forward a message' });
  await dialog.getByRole('checkbox', { name: 'lobby' }).check();
  await dialog.getByRole('button', { name: 'Forward', exact: true }).click();
  await expect(ben.message('plan.txt').getByRole('link', { name: /^Download plan.txt/ })).toBeVisible();
  expect(await status()).toBe(200);
  await ana.opens('lobby');
  await ana.acts('plan.txt', 'Delete');
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(ben.page.getByText('Message deleted')).toBeVisible();
  expect(await status()).toBe(404);
});
