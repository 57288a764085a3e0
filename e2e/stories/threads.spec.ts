// Threads beside the timeline, comments in a feed, and catching up, with two people.
import type { Locator } from '@playwright/test';

import { Person } from '../fixtures/person.ts';
import { isAccessible } from '../fixtures/accessible.ts';
import { expect, test } from '../fixtures/test.ts';

/** The pane with the thread. */
function pane({ page }: Person): Locator {
  return page.getByRole('complementary', { name: /Thread|Comments/ });
}

/** What somebody has snoozed, on the page where they catch up. */
function snoozed({ page }: Person): Locator {
  return page.getByRole('main').getByRole('list', { name: 'Snoozed' });
}

/** Opens the thread of a message by its tools. */
async function openThread(person: Person, text: string): Promise<void> {
  await person.message(text).first().hover();
  await person
    .message(text)
    .first()
    .getByRole('button', { name: /^(Thread|Comment)$/ })
    .first()
    .click();
  await expect(pane(person)).toBeVisible();
}

async function replies(person: Person, text: string): Promise<void> {
  const box = pane(person).getByRole('textbox');
  await box.fill(text);
  await box.press('Enter');
  await expect(box).toHaveValue('');
}

test('ben replies in a thread, ana hears of it, and the room stays quiet', async ({ ana, ben }) => {
  await ana.says('Who brings the cake?');
  await ben.seesLast('Who brings the cake?');
  await openThread(ben, 'Who brings the cake?');
  await replies(ben, 'I do');
  await expect(ana.message('Who brings the cake?').getByRole('button', { name: /1 reply/ })).toBeVisible();
  await ana.seesLast('Who brings the cake?');
  await expect(ana.sideBar.getByRole('link', { name: /^Threads.*1/ })).toBeVisible();

  await ana
    .message('Who brings the cake?')
    .getByRole('button', { name: /1 reply/ })
    .click();
  await expect(pane(ana).getByText('I do')).toBeVisible();
  await expect(ana.sideBar.getByRole('link', { name: /^Threads.*1/ })).toHaveCount(0);
  await pane(ana).getByText('Who brings the cake?').click({ button: 'right' });
  await expect(ana.page.getByRole('menuitem', { name: 'Copy text' })).toBeVisible();
  await ana.page.keyboard.press('Escape');
  await pane(ana)
    .getByRole('checkbox', { name: /^Also send to/ })
    .check();
  await replies(ana, 'With cherries, please');
  await ben.seesLast('Who brings the cake?', 'With cherries, please');
  await expect(ben.message('With cherries, please')).toContainText('In the thread of');
  await isAccessible(ana, 'thread');

  await pane(ben).getByRole('button', { name: 'Following' }).click();
  await expect(pane(ben).getByRole('button', { name: 'Follow', exact: true })).toBeVisible();
  expect([...ana.faults, ...ben.faults]).toEqual([]);
});

test('a reply that was written offline survives a reload and arrives once', async ({ ana, ben }) => {
  await ben.says('Is the kettle on?');
  await ana.seesLast('Is the kettle on?');
  await openThread(ana, 'Is the kettle on?');
  await ana.keepsTheShell();
  await ana.context.setOffline(true);
  await replies(ana, 'It sings already');
  await ana.page.reload();
  await expect(pane(ana).getByText('It sings already')).toHaveCount(1);
  await ana.context.setOffline(false);
  await ana.isConnected();
  await expect(ben.message('Is the kettle on?').getByRole('button', { name: /1 reply/ })).toBeVisible();
  await ben
    .message('Is the kettle on?')
    .getByRole('button', { name: /1 reply/ })
    .click();
  await expect(pane(ben).getByText('It sings already')).toHaveCount(1);
});

test('catching up leads through mentions, threads and rooms with the keyboard', async ({
  ana,
  ben,
  stage,
  browser,
  server,
}) => {
  await ana.says('Who brings the cake?');
  await ben.seesLast('Who brings the cake?');
  await ana.sideBar.getByRole('link', { name: /^Catch up/ }).click();
  await expect(ana.page.getByText('You are up to date')).toBeVisible();
  await ben.says('@ana look at this');
  await openThread(ben, 'Who brings the cake?');
  await replies(ben, 'I do');

  const main = ana.page.getByRole('main');
  await expect(main.getByRole('button', { name: /^Ben mentioned you in lobby/ })).toBeVisible();
  await expect(main.getByRole('button', { name: /^Who brings the cake/ })).toBeVisible();
  // What stands there as a mention does not stand there as a room once more.
  await expect(main.getByRole('list', { name: 'Rooms' })).toHaveCount(0);
  await isAccessible(ana, 'catch up');
  // The keys work from the start, without a look for the list.
  await ana.page.reload();
  await expect(main.getByRole('button', { name: /^Ben mentioned you in lobby/ })).toBeVisible();
  await expect(main.locator('button:focus')).toHaveCount(1);
  await ana.page.keyboard.press('Home');
  await expect(main.getByRole('button', { name: /^Ben mentioned you in lobby/ })).toBeFocused();
  await ana.page.keyboard.press('e');
  await expect(main.getByRole('button', { name: /^Ben mentioned you in lobby/ })).toHaveCount(0);
  // It holds although the page goes in the same moment.
  await ana.page.reload();
  await expect(main.getByRole('button', { name: /^Who brings the cake/ })).toBeFocused();
  await expect(ana.sideBar.getByRole('link', { name: /^lobby/ })).toHaveText('lobby');
  await ben.says('There is tea, too');

  // What is done and what is snoozed is so on another device and after a reload, until it is woken.
  await expect(main.getByRole('button', { name: /^Who brings the cake/ })).toBeFocused();
  await ana.page.keyboard.press('s');
  await expect(snoozed(ana)).toContainText('Back t');
  await ana.page.reload();
  await expect(snoozed(ana)).toContainText('Who brings the cake?');
  await expect(main.getByRole('list', { name: 'Rooms' })).toContainText('1 unread message');
  await main.getByRole('button', { name: 'Done: lobby' }).click();
  await expect(main.getByRole('list', { name: 'Rooms' })).toHaveCount(0);
  await expect(main.getByRole('button', { name: /^Ben mentioned you in lobby/ })).toHaveCount(0);
  const other = await Person.arrive(stage, browser, server, 'Ana');
  await other.signsIn();
  await other.sideBar.getByRole('link', { name: /^Catch up/ }).click();
  await expect(snoozed(other)).toContainText('Who brings the cake?');
  await isAccessible(other, 'snoozed');
  await snoozed(other)
    .getByRole('button', { name: /^Who brings the cake/ })
    .focus();
  await other.page.keyboard.press('w');
  await expect(snoozed(other)).toHaveCount(0);
  await expect(snoozed(ana)).toHaveCount(0);

  await main.getByRole('button', { name: /^Who brings the cake/ }).focus();
  await ana.page.keyboard.press('Shift+S');
  await ana.page
    .getByRole('dialog')
    .getByRole('button', { name: /^Tomorrow morning/ })
    .click();
  await expect(snoozed(ana)).toContainText('Back tomorrow at');
  await expect(snoozed(ana).getByRole('button', { name: /^Who brings the cake/ })).toBeFocused();
  await ana.page.keyboard.press('Enter');
  await expect(pane(ana).getByText('I do')).toBeVisible();
  await ana.sideBar.getByRole('link', { name: /^Threads/ }).click();
  await expect(ana.page.getByRole('main').getByRole('button', { name: /I do/ })).toBeVisible();
  await isAccessible(ana, 'threads');
});

test('a post of a feed has comments, and they can be counted', async ({ ana, ben }) => {
  await ana.page.getByRole('button', { name: 'Add rooms' }).click();
  await ana.page.getByRole('menuitem', { name: 'Create a room' }).click();
  await ana.page.getByLabel('Name', { exact: true }).fill('news');
  await ana.page.getByRole('radio', { name: /^Feed/ }).check();
  await ana.page.getByRole('button', { name: 'Create', exact: true }).click();
  await ana.says('The roses are out');
  await ben.page.getByRole('button', { name: 'Add rooms' }).click();
  await ben.page.getByRole('menuitem', { name: 'Browse rooms' }).click();
  const room = ben.page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'news' });
  await room.getByRole('button', { name: /^Join/ }).click();
  await openThread(ben, 'The roses are out');
  await replies(ben, 'How lovely');
  await expect(ana.message('The roses are out').getByRole('button', { name: /1 comment/ })).toBeVisible();
  await isAccessible(ben, 'comments');
});
