// What people keep: pins for all, saved messages and unread marks for themselves, and what was said before.
import { isAccessible } from '../fixtures/accessible.ts';
import { expect, test } from '../fixtures/test.ts';

test('ben pins what everyone looks for, and ana finds it', async ({ ana, ben }) => {
  await ana.says('The door code is 4711');
  await ben.seesLast('The door code is 4711');
  await ben.acts('The door code', 'Pin');
  await expect(ana.message('The door code').getByText('Pinned')).toBeVisible();
  await expect(ana.message('pinned a message')).toBeVisible();
  await ana.chooses('Room menu', 'Pinned messages');
  const pane = ana.page.getByRole('complementary', { name: 'Pinned messages' });
  await expect(pane.getByRole('article')).toContainText('The door code is 4711');
  await isAccessible(ana, 'pins');
  await pane.getByRole('button', { name: 'Unpin' }).click();
  await expect(pane).toContainText('Nothing is pinned here');
  await expect(ben.message('The door code').getByText('Pinned', { exact: true })).toHaveCount(0);
  expect([...ana.faults, ...ben.faults]).toEqual([]);
});

test('ana saves a message, finds it again, and nobody else knows', async ({ ana, ben }) => {
  await ben.says('Sugar, flour, twelve eggs');
  await ana.seesLast('Sugar, flour, twelve eggs');
  await ana.acts('twelve eggs', 'Save');
  await ana.page.getByRole('link', { name: 'Saved' }).click();
  const saved = ana.page.getByRole('main', { name: 'Saved messages' });
  await expect(saved.getByRole('article')).toContainText('Sugar, flour, twelve eggs');
  await isAccessible(ana, 'saved');
  await saved.getByText('twelve eggs').click();
  await expect(ana.message('twelve eggs')).toBeInViewport();
  await ana.page.goBack();
  await saved.getByRole('button', { name: 'Remove from saved' }).click();
  await expect(saved).toContainText('Nothing is saved yet');
  await ben.page.getByRole('link', { name: 'Saved' }).click();
  await expect(ben.page.getByRole('main', { name: 'Saved messages' })).toContainText('Nothing is saved yet');
});

test('a room is unread again from a message on, and stays so while it is open', async ({ ana, ben }) => {
  await ben.says('Read me twice');
  await ben.says('And me');
  await ana.seesLast('Read me twice', 'And me');
  const row = ana.message('Read me twice');
  await row.focus();
  await row.press('u');
  const lobby = ana.sideBar.getByRole('link', { name: /^lobby/ });
  await expect(lobby).toContainText('2');
  await expect(row.locator('..')).toContainText('New');
  await ana.page.mouse.wheel(0, 200);
  await expect(lobby).toContainText('2');
  await ana.chooses('Room menu', 'Mark as read');
  await expect(lobby).not.toContainText('2');
});

test('what a message said before can be read until it is deleted', async ({ ana, ben }) => {
  await ana.says('Tea at four');
  await ana.hasSent('Tea at four');
  await ana.composer.press('ArrowUp');
  const editor = ana.page.getByRole('textbox', { name: /^Edit/ });
  await editor.fill('Tea at five');
  await editor.press('Enter');
  await ben.message('Tea at five').getByRole('button', { name: 'edited' }).click();
  const dialog = ben.page.getByRole('dialog', { name: 'Earlier versions' });
  await expect(dialog.getByRole('listitem')).toHaveText([/Tea at five/, /Tea at four/]);
  await isAccessible(ben, 'earlier versions');
});
