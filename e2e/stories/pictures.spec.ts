// The pictures of the README, made of the real thing. Written only when they are asked for.
import { mkdir } from 'node:fs/promises';

import { Person } from '../fixtures/person.ts';
import { join, type Known, post, Script, setUp } from '../fixtures/script.ts';
import { takesPictures } from '../fixtures/settings.ts';
import { expect, test } from '../fixtures/test.ts';

const FOLDER = '../docs/screenshots';

/** A morning in the lobby of a small place. */
async function morning(
  stage: { ends(end: () => Promise<void>): void },
  server: Parameters<typeof setUp>[0],
): Promise<Known> {
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
  await a.say(lobby, 'Who is coming to the reading club on Thursday?');
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
  await d.say(lobby, '@ana I can read the first chapter aloud, if nobody minds my accent.');
  const garden = await d.room('garden');
  await d.say(garden, 'The first roses are out.');
  return ana;
}

for (const [picture, options] of [
  ['room-light', { colorScheme: 'light' as const }],
  ['room-dark', { colorScheme: 'dark' as const }],
  ['room-phone', { colorScheme: 'light' as const, viewport: { width: 390, height: 844 } }],
] as const) {
  test(`a room looks designed: ${picture}`, async ({ stage, browser, server }) => {
    await morning(stage, server);
    const ana = await Person.arrive(stage, browser, server, 'Ana', options);
    await ana.signsIn();
    await ana.opens('lobby');
    await expect(ana.message('the first chapter')).toBeVisible();
    await ana.isSettled();
    if (!takesPictures) return;
    await mkdir(FOLDER, { recursive: true });
    await ana.page.screenshot({ path: `${FOLDER}/${picture}.png` });
  });
}
