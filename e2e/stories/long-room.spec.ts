// A room with thousands of messages is read from end to end without a jump.
import type { Page } from '@playwright/test';

import { Person } from '../fixtures/person.ts';
import { post, setUp } from '../fixtures/script.ts';
import { expect, test } from '../fixtures/test.ts';

const MESSAGES = 5_000;
/** What a row may move by itself, in pixels: fractions are lost in rounding. */
const STILL_PX = 2;

/** Scrolls by a distance and tells how far the row that stays on screen moved beyond it. */
async function scrollBy(page: Page, distance: number): Promise<number> {
  return page.evaluate(async (distance) => {
    const row = document.querySelector('main article');
    let list: Element | null = row;
    while (list && !(list.scrollHeight > list.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(list).overflowY)))
      list = list.parentElement;
    if (!list) throw new Error('the room does not scroll');
    const area = list.getBoundingClientRect();
    const middle = area.top + area.height / 2;
    const seen = [...document.querySelectorAll('main article')].find(
      (one) => one.getBoundingClientRect().bottom > middle,
    );
    if (!seen) throw new Error('no row is on screen');
    const before = seen.getBoundingClientRect().top;
    const from = list.scrollTop;
    list.scrollTop = from + distance;
    const moved = list.scrollTop - from;
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    return seen.isConnected ? Math.abs(seen.getBoundingClientRect().top - (before - moved)) : 0;
  }, distance);
}

test('a room of 5,000 messages scrolls to the top and back without a jump', async ({ stage, browser }) => {
  test.setTimeout(480_000);
  const server = await stage.server({ PARLOR_LIMIT_MESSAGES: 'off', PARLOR_LIMIT_CALLS: 'off' });
  const owner = await setUp(server);
  const { rooms } = await post<{ rooms: { room: { id: string } }[] }>(server, 'room:list', {}, owner.token);
  const room = rooms[0]?.room.id;
  // Over HTTP: one socket may not send so much in so short a time.
  for (let sent = 0; sent < MESSAGES; sent += 50) {
    const batch = Array.from({ length: 50 }, (_, index) => {
      const text = `message ${sent + index + 1}${' and on'.repeat((index * 7) % 40)}`;
      return post(server, 'message:send', { room, nonce: crypto.randomUUID(), text }, owner.token);
    });
    await Promise.all(batch);
  }
  await post(server, 'message:send', { room, nonce: 'last', text: 'the end of it' }, owner.token);

  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  await ana.opens('lobby');
  // It opens at the first message that she has not read, near the start.
  await ana.page.getByRole('button', { name: 'To the newest' }).click();
  await expect(ana.message('the end of it')).toBeVisible();
  let worst = 0;
  const top = ana.page.getByText('Welcome! This is the lobby');
  for (let step = 0; step < 4_000 && !(await top.isVisible()); step += 1) {
    worst = Math.max(worst, await scrollBy(ana.page, -500));
    expect(await ana.messages.count()).toBeLessThanOrEqual(200);
  }
  await expect(top).toBeVisible();
  const end = ana.message('the end of it');
  for (let step = 0; step < 4_000 && !((await end.count()) && (await end.isVisible())); step += 1) {
    worst = Math.max(worst, await scrollBy(ana.page, 500));
  }
  await expect(end).toBeVisible();
  expect(worst).toBeLessThanOrEqual(STILL_PX);
});
