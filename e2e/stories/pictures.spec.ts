// The pictures of the documents, made of the real thing: the main screens, light, dark and on a phone. Written only when
// they are asked for.
import { mkdir, writeFile } from 'node:fs/promises';

import type { Locator, Page } from '@playwright/test';

import { Person } from '../fixtures/person.ts';
import { join, post, Script, setUp } from '../fixtures/script.ts';
import { takesPictures } from '../fixtures/settings.ts';
import { expect, test } from '../fixtures/test.ts';

const FOLDER = '../docs/screenshots';

/** A morning in the lobby of a small place. */
async function morning(
  stage: { ends(end: () => Promise<void>): void },
  server: Parameters<typeof setUp>[0],
): Promise<string> {
  const ana = await setUp(server);
  const people = [
    ana,
    await join(server, ana, 'Ben'),
    await join(server, ana, 'Chiara'),
    await join(server, ana, 'Dmitri'),
  ];
  for (const name of ['garden', 'kitchen', 'reading club']) {
    await post(
      server,
      'room:create',
      { nonce: crypto.randomUUID(), kind: 'public', name, topic: `All about the ${name}` },
      ana.token,
    );
  }
  const scripts = await Promise.all(people.map(({ token }) => Script.connect(server, token)));
  stage.ends(async () => scripts.forEach((script) => script.close()));
  const [a, b, c, d] = scripts as [Script, Script, Script, Script];
  const lobby = await a.room('lobby');
  await a.say(lobby, 'Good morning! The new kettle is here. It sings when it is done.');
  const club = await a.say(lobby, 'Who is coming to the reading club on Thursday?');
  const yes = await b.say(lobby, 'Me, and I bring the cake. Is **seven** still fine?');
  await c.ask('reaction:add', { room: lobby, seq: yes, nonce: 'r1', emoji: '🎂' });
  await d.ask('reaction:add', { room: lobby, seq: yes, nonce: 'r2', emoji: '🎂' });
  await a.ask('reaction:add', { room: lobby, seq: yes, nonce: 'r3', emoji: '❤️' });
  await c.ask('message:send', {
    room: lobby,
    nonce: 'n1',
    text: 'Seven is perfect. I wrote us a small timer:',
    reply_to: yes,
  });
  await c.say(lobby, '```js\nconst kettle = setTimeout(() => console.log("tea is ready"), 4 * 60_000);\n```');
  const poll = await b.ask<{ seq: number }>('message:send', {
    room: lobby,
    nonce: 'p1',
    text: 'And what do we read next?',
    poll: { options: ['Emma', 'Kim', 'The Hobbit'] },
  });
  await c.ask('poll:vote', { room: lobby, seq: poll.seq, nonce: 'v1', choices: [0] });
  await d.ask('poll:vote', { room: lobby, seq: poll.seq, nonce: 'v2', choices: [2] });
  await b.ask('poll:vote', { room: lobby, seq: poll.seq, nonce: 'v3', choices: [2] });
  for (const [who, text] of [
    [b, 'Where do we meet?'],
    [c, 'At mine: the garden, if it stays dry, otherwise the kitchen.'],
    [b, 'Then I bring chairs, too.'],
  ] as const) {
    await who.ask('message:send', { room: lobby, nonce: crypto.randomUUID(), text, thread: club });
  }
  await d.say(lobby, '@ana I can read the first chapter aloud, if nobody minds my accent.');
  const garden = await d.room('garden');
  await a.room('garden');
  await d.say(garden, 'The first roses are out.');
  await b.room('kitchen');
  const kitchen = await a.room('kitchen');
  await b.say(kitchen, 'The oven is **free** from six on. @ana, shall I start the bread at seven?');
  return lobby;
}

/** Writes what is on the screen, as a WebP: a third of a PNG. */
async function shoot({ page, context }: Person, name: string): Promise<void> {
  if (!takesPictures) return;
  const png = (await page.screenshot()).toString('base64');
  const blank: Page = await context.newPage();
  const webp = await blank.evaluate(async (png) => {
    const bytes = Uint8Array.from(atob(png), (char) => char.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.85 });
    return Array.from(new Uint8Array(await blob.arrayBuffer()));
  }, png);
  await blank.close();
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}/${name}.webp`, Buffer.from(webp));
}

for (const [look, options] of [
  ['light', { colorScheme: 'light' as const }],
  ['dark', { colorScheme: 'dark' as const }],
  ['phone', { colorScheme: 'light' as const, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
] as const) {
  test(`the main screens look designed: ${look}`, async ({ stage, browser, server }) => {
    const lobby = await morning(stage, server);
    const ana = await Person.arrive(stage, browser, server, 'Ana', options);
    const { page } = ana;
    await ana.signsIn();
    const shows = async (screen: string, sign: Locator) => {
      await expect(sign).toBeVisible();
      await ana.isSettled();
      await shoot(ana, `${screen}-${look}`);
    };
    await page.goto('/catch-up');
    await shows('catch-up', page.getByRole('button', { name: /^Ben mentioned you in kitchen/ }));
    await page.goto(`/r/${lobby}`);
    await shows('room', ana.message('the first chapter'));
    await ana
      .message('Who is coming')
      .getByRole('button', { name: /3 replies/ })
      .click();
    await shows('thread', page.getByText('Then I bring chairs, too.'));
    await page.goto('/settings/look');
    await shows('settings', page.getByRole('heading', { name: 'Look and sound' }));
    await page.goto(`/r/${lobby}`);
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByRole('combobox', { name: 'Search messages' }).fill('seven');
    await shows('search', page.locator('[data-region="pane"] mark').first());
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('combobox', { name: /Go to|Jump/ }).fill('gadren');
    await shows('switcher', page.getByRole('option', { name: /garden/ }));
  });
}
