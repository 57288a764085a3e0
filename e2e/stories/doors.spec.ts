// The three doors, links that lead nowhere, and the one for a forgotten password.
import { isAccessible } from '../fixtures/accessible.ts';
import { Person } from '../fixtures/person.ts';
import { post, setUp } from '../fixtures/script.ts';
import { expect, test } from '../fixtures/test.ts';

test('a guest types a name and sees only the rooms that are open to guests', async ({ stage, browser, server }) => {
  const owner = await setUp(server);
  await post(server, 'workspace:change', { door: 'guest' }, owner.token);
  await post(server, 'room:create', { nonce: 'n1', kind: 'public', name: 'office' }, owner.token);

  const gus = await Person.arrive(stage, browser, server, 'Gus');
  await gus.page.goto('/');
  await gus.page.getByLabel('Your name').fill('Gus');
  await gus.page.getByRole('button', { name: 'Come in as a guest' }).click();
  await gus.opens('lobby');
  await gus.says('Is anybody home?');

  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsInByForm();
  await ana.opens('lobby');
  await ana.seesLast('Is anybody home?');
  await expect(ana.message('Is anybody home?')).toContainText('Guest');
  await expect(gus.sideBar.getByRole('link', { name: /office/ })).toHaveCount(0);
  await expect(gus.page.getByRole('button', { name: 'Create a room' })).toHaveCount(0);
});

test('a used set-up link and a wrong invite say what to do', async ({ stage, browser, server }) => {
  await setUp(server);
  const eve = await Person.arrive(stage, browser, server, 'Eve');
  await eve.page.goto(server.setUpLink);
  await expect(eve.page.getByRole('heading', { name: 'This Parlor is set up already' })).toBeVisible();
  await eve.page.goto('/join/not-a-real-invite');
  await expect(eve.page.getByRole('heading', { name: 'This invite can’t be used' })).toBeVisible();
});

test('every page opens by its address in a browser that was never here', async ({ stage, browser, server }) => {
  await setUp(server);
  // A service worker would answer with the shell that it keeps.
  const ana = await Person.arrive(stage, browser, server, 'Ana', { serviceWorkers: 'block' });
  await ana.signsIn();
  for (const [path, title] of [
    ['/catch-up', 'Catch up'],
    ['/threads', 'Threads'],
    ['/saved', 'Saved messages'],
    ['/settings/look', 'Look and sound'],
  ] as const) {
    expect((await ana.page.goto(path))?.status(), path).toBe(200);
    await expect(ana.page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  }
});

test('who forgot their password comes in by a link that an admin made, once', async ({
  stage,
  browser,
  server,
  ana,
  ben,
}) => {
  await ana.page.goto('/settings/people');
  await ana.page.getByRole('button', { name: 'What to do about Ben' }).press('Enter');
  await expect(ana.page.getByRole('menuitem', { name: 'Reset password…' })).toBeFocused();
  await ana.page.keyboard.press('Enter');
  const dialog = ana.page.getByRole('dialog', { name: 'Reset Ben’s password' });
  await dialog.getByRole('button', { name: 'Make a link' }).press('Enter');
  const link = await dialog.getByRole('textbox', { name: 'Reset link' }).inputValue();
  await ana.isSettled();
  await isAccessible(ana, 'a link to a new password');
  await dialog.getByRole('button', { name: 'Done' }).press('Enter');
  await expect(dialog).toBeHidden();

  const elsewhere = await Person.arrive(stage, browser, server, 'Ben');
  await elsewhere.page.goto('/sign-in');
  await expect(elsewhere.page.getByText('Ask an admin for a reset link')).toBeVisible();
  await elsewhere.page.goto(link);
  await expect(elsewhere.page.getByRole('heading', { name: 'A new password for Ben' })).toBeVisible();
  await isAccessible(elsewhere, 'the page for a new password');
  await expect(elsewhere.page.getByLabel('New password')).toBeFocused();
  await elsewhere.page.keyboard.type('password1');
  await elsewhere.page.keyboard.press('Enter');
  await expect(elsewhere.page.getByRole('alert')).toContainText('easy to guess');
  await elsewhere.page.getByLabel('New password').fill('nine other lanterns');
  await elsewhere.page.getByLabel('New password').press('Enter');
  await elsewhere.opens('lobby');

  await expect(ben.page.getByText('Your password was changed elsewhere.')).toBeVisible();
  await ben.page.goto(link);
  await expect(ben.page.getByRole('heading', { name: 'This link can’t be used' })).toBeVisible();
  await ben.page.getByRole('link', { name: 'Sign in instead' }).click();
  await ben.page.getByLabel('Username').fill('ben');
  await ben.page.getByLabel('Password').fill('nine other lanterns');
  await ben.page.getByRole('button', { name: 'Sign in' }).click();
  await ben.opens('lobby');
});
