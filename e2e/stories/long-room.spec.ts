// Rooms with more than a page can hold are read from end to end without a jump.
import { LAST, scrollBy, STILL_PX, UNLIMITED, writesMany } from '../fixtures/long-room.ts';
import { Person } from '../fixtures/person.ts';
import { post, setUp } from '../fixtures/script.ts';
import { expect, test } from '../fixtures/test.ts';

const MESSAGES = 5_000;

test('a room of 5,000 messages scrolls to the top and back without a jump', async ({ stage, browser }) => {
  test.setTimeout(480_000);
  const server = await stage.server(UNLIMITED);
  const owner = await setUp(server);
  await writesMany(server, owner, MESSAGES);

  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsInByForm();
  await ana.opens('lobby');
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

test('a feed of 300 posts scrolls to the first and back without a jump', async ({ stage, browser }) => {
  test.setTimeout(480_000);
  const server = await stage.server(UNLIMITED);
  const owner = await setUp(server);
  const room = await writesMany(server, owner, 300);
  await post(server, 'room:change', { room, nonce: 'feed', change: { style: 'feed' } }, owner.token);

  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsInByForm();
  await ana.opens('lobby');
  await expect(ana.message(LAST)).toBeVisible();
  const newest = ana.page.getByRole('button', { name: 'To the newest' });
  await expect(newest).toHaveCount(0);
  let worst = 0;
  const first = ana.message('Welcome! This is the lobby');
  for (let step = 0; step < 1_000 && !(await first.isVisible()); step += 1) {
    worst = Math.max(worst, await ana.page.evaluate(scrollBy, 500));
    expect(await ana.messages.count()).toBeLessThanOrEqual(200);
  }
  await expect(first).toBeVisible();
  await expect(newest).toBeVisible();
  for (let step = 0; step < 1_000 && (await newest.count()) > 0; step += 1) {
    worst = Math.max(worst, await ana.page.evaluate(scrollBy, -500));
    expect(await ana.messages.count()).toBeLessThanOrEqual(200);
  }
  await expect(ana.message(LAST)).toBeVisible();
  expect(worst).toBeLessThanOrEqual(STILL_PX);
});

test('what is read at the top stays in its place when older messages come late', async ({ stage, browser }) => {
  const server = await stage.server(UNLIMITED);
  await writesMany(server, await setUp(server), 200);
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  let held: (() => void)[] | undefined;
  await ana.page.routeWebSocket(/socket\.io/, (page) => {
    const line = page.connectToServer();
    line.onMessage((message) => (held ? void held.push(() => page.send(message)) : page.send(message)));
  });
  await ana.signsIn();
  await ana.opens('lobby');
  await expect(ana.message(LAST)).toBeVisible();

  held = [];
  for (let from = Infinity, to = 0; from !== to;) {
    from = to;
    await ana.page.evaluate(scrollBy, -500);
    to = (await ana.messages.first().boundingBox())?.y ?? 0;
  }
  const count = await ana.messages.count();
  const row = await ana.messages.nth(1).elementHandle();
  const before = await row?.boundingBox();
  for (const message of held) message();
  held = undefined;
  await expect.poll(() => ana.messages.count()).toBeGreaterThan(count);
  const after = await row?.boundingBox();
  expect(Math.abs((after?.y ?? Infinity) - (before?.y ?? 0))).toBeLessThanOrEqual(STILL_PX);
});
