// What the client may cost, by counts, which are the same on every machine: requests, rows, nodes, listeners and bytes.
import type { Page } from '@playwright/test';

import { LAST, UNLIMITED, writesMany } from '../fixtures/long-room.ts';
import { Person } from '../fixtures/person.ts';
import { post, setUp } from '../fixtures/script.ts';
import { expect, test } from '../fixtures/test.ts';

const MESSAGES = 2_000;
const ARRIVING = 200;
const SWITCHES = 200;
const MIB = 1024 * 1024;

/** What may be there at most: about twice what is, but for the rows, which are bounded exactly. */
const MOST = { requests: 60, calls: 6, rows: 200, elements: 6_000, bytes: 12 * MIB };
/** What two hundred switches may leave behind: less than one thing for each. */
const LEFT = { nodes: 190, listeners: 20, bytes: 2 * MIB };

interface Held {
  readonly nodes: number;
  readonly listeners: number;
  readonly bytes: number;
}

/** What the page still holds once what nobody needs is gone. */
async function held(page: Page): Promise<Held> {
  const cdp = await page.context().newCDPSession(page);
  for (let sweep = 0; sweep < 3; sweep += 1) await cdp.send('HeapProfiler.collectGarbage');
  const { nodes, jsEventListeners: listeners } = await cdp.send('Memory.getDOMCounters');
  const { usedSize: bytes } = await cdp.send('Runtime.getHeapUsage');
  await cdp.detach();
  return { nodes, listeners, bytes };
}

/** In the page: goes to and fro between two rooms, and waits for the title of each. */
async function switches(times: number): Promise<void> {
  const link = (room: string) =>
    [...document.querySelectorAll<HTMLElement>('nav a[href^="/r/"]')].find((one) => one.textContent.includes(room));
  for (let turn = 0; turn < times; turn += 1) {
    const room = turn % 2 === 0 ? 'garden' : 'lobby';
    link(room)?.click();
    while (!document.querySelector('main h1')?.textContent.includes(room)) await new Promise(requestAnimationFrame);
    while (!document.querySelector('main article, main [role="list"]')) await new Promise(requestAnimationFrame);
  }
}

/** In the page: counts the rows that are built from now on. */
function countsRows(): void {
  let built = 0;
  const rows = (node: Node) => (node instanceof Element ? [node, ...node.querySelectorAll('*')] : []);
  new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) built += rows(node).filter((one) => one.matches('article')).length;
    document.body.dataset['built'] = String(built);
  }).observe(document.querySelector('main') ?? document.body, { childList: true, subtree: true });
}

test('a cold start, a long room, a burst and two hundred switches stay within their counts', async ({
  stage,
  browser,
}) => {
  test.slow();
  const server = await stage.server(UNLIMITED);
  const owner = await setUp(server);
  const room = await writesMany(server, owner, MESSAGES);
  const garden = { nonce: crypto.randomUUID(), kind: 'public', name: 'garden', topic: '' };
  await post(server, 'room:create', garden, owner.token);
  const first = await Person.arrive(stage, browser, server, 'Ana');
  await first.signsIn();

  const ana = await Person.arrive(stage, browser, server, 'Ana', { storageState: await first.context.storageState() });
  const requests: string[] = [];
  ana.page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  await ana.page.goto('/');
  await ana.opens('lobby');
  await expect(ana.message(LAST)).toBeVisible();
  await ana.isConnected();
  const calls = requests.filter((path) => path.startsWith('/api/'));
  expect(requests.length, requests.join('\n')).toBeLessThanOrEqual(MOST.requests);
  expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(MOST.calls);

  // Long tasks are work, and time on a busy machine tells nothing of it: what arrives builds its own row and no other.
  await ana.page.evaluate(countsRows);
  for (let sent = 0; sent < ARRIVING; sent += 50) {
    const texts = Array.from({ length: 50 }, (_, index) => `new ${sent + index + 1}.`);
    const nonce = () => crypto.randomUUID();
    await Promise.all(texts.map((text) => post(server, 'message:send', { room, nonce: nonce(), text }, owner.token)));
  }
  await post(server, 'message:send', { room, nonce: 'the-last', text: 'and no more' }, owner.token);
  await expect(ana.message('and no more')).toBeVisible();
  // On a quick machine more may arrive between two pictures than the page holds: what is past by then is never built.
  const shown = await ana.messages.filter({ hasText: /new \d+\.|and no more/ }).count();
  const built = Number(await ana.page.evaluate(() => document.body.dataset['built']));
  expect(shown).toBeGreaterThan(0);
  expect(built).toBeGreaterThanOrEqual(shown);
  expect(built).toBeLessThanOrEqual(ARRIVING + 1);
  expect(await ana.messages.count()).toBeLessThanOrEqual(MOST.rows);
  expect(await ana.page.locator('*').count()).toBeLessThanOrEqual(MOST.elements);

  await ana.page.evaluate(switches, 20);
  const before = await held(ana.page);
  await ana.page.evaluate(switches, SWITCHES);
  const after = await held(ana.page);
  expect(after.bytes).toBeLessThan(MOST.bytes);
  expect(after.bytes - before.bytes).toBeLessThan(LEFT.bytes);
  expect(after.nodes - before.nodes).toBeLessThan(LEFT.nodes);
  expect(after.listeners - before.listeners).toBeLessThan(LEFT.listeners);
  expect(ana.faults).toEqual([]);
});
