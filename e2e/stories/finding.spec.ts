// Finding what was said: by words, by filters, by day.
import type { Locator } from '@playwright/test';

import { isAccessible } from '../fixtures/accessible.ts';
import { Person } from '../fixtures/person.ts';
import { post, setUp } from '../fixtures/script.ts';
import { expect, test } from '../fixtures/test.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

function pane(person: Person): Locator {
  return person.page.getByLabel('Search', { exact: true }).and(person.page.locator('[data-region="pane"]'));
}

function field(person: Person): Locator {
  return person.page.getByRole('combobox', { name: 'Search messages' });
}

function hits(person: Person): Locator {
  return pane(person).locator('a');
}

test('ana finds what ben said while she types, goes there and comes back', async ({ ana, ben }) => {
  await ben.says('The database of teapots is in the cellar');
  await ben.says('A basement is no place for tea');
  await ana.seesLast('The database of teapots is in the cellar', 'A basement is no place for tea');
  await ana.page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(field(ana)).toBeFocused();
  await isAccessible(ana, 'search');
  await field(ana).pressSequentially('base');
  await expect(hits(ana)).toHaveCount(2);
  await expect(hits(ana).nth(0)).toContainText('A basement is no place');
  await expect(hits(ana).nth(0).locator('mark')).toHaveText('base');
  await expect(pane(ana).getByRole('heading', { name: 'Inside of other words' })).toBeVisible();
  await expect(hits(ana).nth(1).locator('mark')).toHaveText('base');

  // Cleared: nothing that was asked for comes any more.
  await field(ana).fill('');
  await expect(hits(ana)).toHaveCount(0);
  await expect(pane(ana).getByRole('heading', { name: 'Filters' })).toBeVisible();

  // A filter with its value, by the keyboard alone.
  await field(ana).pressSequentially('tea fr');
  await ana.page.keyboard.press('Enter');
  await expect(field(ana)).toHaveValue('tea from:');
  await field(ana).pressSequentially('be');
  await expect(ana.page.getByRole('option', { name: /Ben/ })).toBeVisible();
  await isAccessible(ana, 'suggestions of search');
  await ana.page.keyboard.press('Enter');
  await expect(field(ana)).toHaveValue('tea from:ben ');
  // The last word may be a beginning: teapots are found too.
  await expect(hits(ana)).toHaveCount(2);
  await field(ana).fill('"place for tea" -teapots in:lobby');
  await expect(hits(ana)).toHaveCount(1);
  await field(ana).fill('tea from:nobody');
  await expect(pane(ana)).toContainText('nobody here is called that');
  await field(ana).fill('subject:tea');
  await expect(pane(ana)).toContainText('There is no filter subject:');

  await field(ana).fill('teapots');
  await expect(hits(ana)).toHaveCount(1);
  await field(ana).press('ArrowDown');
  await expect(hits(ana).first()).toBeFocused();
  await ana.page.keyboard.press('Enter');
  await expect(ana.page).toHaveURL(/\/r\/\d+\/\d+$/);
  await expect(ana.message('database of teapots')).toBeVisible();
  expect([...ana.faults, ...ben.faults]).toEqual([]);
});

test('on a phone going back leads to the results and the place among them', async ({ stage, browser, server }) => {
  const owner = await setUp(server);
  const rooms = await post<{ rooms: { room: { id: string } }[] }>(server, 'room:list', {}, owner.token);
  const room = rooms.rooms[0]?.room.id ?? '';
  for (let number = 1; number <= 18; number += 1) {
    const text = `Kettle number ${number}, which is as fine a kettle as any other that was ever put on a stove`;
    await post(server, 'message:send', { room, nonce: `k${number}`, text }, owner.token);
  }
  const ana = await Person.arrive(stage, browser, server, 'Ana', PHONE);
  await ana.signsIn();
  await ana.opens('lobby');
  await ana.page.getByRole('button', { name: 'Search', exact: true }).click();
  await field(ana).fill('kettle');
  await expect(hits(ana)).toHaveCount(18);
  await isAccessible(ana, 'search on a phone');
  const hit = hits(ana).filter({ hasText: 'Kettle number 4,' });
  await hit.scrollIntoViewIfNeeded();
  await hit.click();
  await expect(ana.message('Kettle number 4,')).toBeVisible();
  await ana.page.goBack();
  await expect(field(ana)).toHaveValue('kettle');
  await expect(hit).toBeInViewport();
  await expect(hit).toBeFocused();
});

test('a poll is found by an option, a forwarded message by its words, and pins by being pinned', async ({
  stage,
  browser,
  server,
}) => {
  const owner = await setUp(server);
  const rooms = await post<{ rooms: { room: { id: string } }[] }>(server, 'room:list', {}, owner.token);
  const room = rooms.rooms[0]?.room.id ?? '';
  const send = (nonce: string, message: object) =>
    post<{ seq: number }>(server, 'message:send', { room, nonce, ...message }, owner.token);
  const kettle = await send('kettle', { text: 'The *kettle* sings at dawn' });
  await send('passed', { text: 'as promised', forward: { room, seq: kettle.seq } });
  await send('poll', { text: 'What do we eat?', poll: { options: ['Soup', 'Dumplings'] } });
  await post(server, 'message:pin', { room, nonce: 'pin', seq: kettle.seq }, owner.token);
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  await ana.page.getByRole('button', { name: 'Search', exact: true }).click();
  await field(ana).fill('dumpl');
  await expect(hits(ana)).toHaveText([/What do we eat\? · Soup · Dumplings/]);
  await expect(hits(ana).locator('mark')).toHaveText('Dumpl');
  await field(ana).fill('kettle promised');
  await expect(hits(ana)).toHaveText([/as promised · The kettle sings at dawn/]);
  await expect(hits(ana).locator('mark')).toHaveText(['promised', 'kettle']);
  await field(ana).fill('"sings at dawn"');
  await expect(hits(ana)).toHaveText([/as promised · The kettle sings at dawn/, /The kettle sings at dawn/]);
  await field(ana).fill('is:');
  await ana.page.getByRole('option', { name: /is:pinned/ }).click();
  await expect(hits(ana)).toHaveText([/The kettle sings at dawn/]);
  expect(ana.faults).toEqual([]);
});
