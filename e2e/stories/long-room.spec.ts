// A room with thousands of messages is read from end to end without a jump.
import { LAST, scrollBy, STILL_PX, UNLIMITED, writesMany } from '../fixtures/long-room.ts';
import { Person } from '../fixtures/person.ts';
import { setUp } from '../fixtures/script.ts';
import { expect, test } from '../fixtures/test.ts';

const MESSAGES = 5_000;

test('a room of 5,000 messages scrolls to the top and back without a jump', async ({ stage, browser }) => {
  test.setTimeout(480_000);
  const server = await stage.server(UNLIMITED);
  const owner = await setUp(server);
  await writesMany(server, owner, MESSAGES);

  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  await ana.opens('lobby');
  // It opens at the first message that she has not read, near the start.
  await ana.page.getByRole('button', { name: 'To the newest' }).click();
  await expect(ana.message(LAST)).toBeVisible();
  let worst = 0;
  const top = ana.page.getByText('Welcome! This is the lobby');
  for (let step = 0; step < 4_000 && !(await top.isVisible()); step += 1) {
    worst = Math.max(worst, await ana.page.evaluate(scrollBy, -500));
    expect(await ana.messages.count()).toBeLessThanOrEqual(200);
  }
  await expect(top).toBeVisible();
  const end = ana.message(LAST);
  for (let step = 0; step < 4_000 && !((await end.count()) && (await end.isVisible())); step += 1) {
    worst = Math.max(worst, await ana.page.evaluate(scrollBy, 500));
  }
  await expect(end).toBeVisible();
  expect(worst).toBeLessThanOrEqual(STILL_PX);
});
