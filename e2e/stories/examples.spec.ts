// The examples, as their READMEs run them.
import { fileURLToPath } from 'node:url';

import type { Program } from '../fixtures/program.ts';
import { bot, type Known, post, Script, setUp } from '../fixtures/script.ts';
import type { Server } from '../fixtures/server.ts';
import type { Stage } from '../fixtures/stage.ts';
import { expect, test } from '../fixtures/test.ts';

const path = (file: string) => fileURLToPath(new URL(`../../examples/${file}`, import.meta.url));

/** Runs a script of the examples as a bot. */
function run(stage: Stage, server: Server, robot: Known, script: string, ...args: string[]): Program {
  return stage.node([path(script), ...args], { PARLOR_URL: server.url, PARLOR_TOKEN: robot.token });
}

/** Serves an example's page, and starts a server whose guest door is open and that pages from there may use. */
async function open(stage: Stage, example: string): Promise<{ url: string; server: Server; robot: Known }> {
  const site = (await stage.node([path('serve.js'), example, '0']).prints(/^The page is at (\S+)$/))[1] ?? '';
  const server = await stage.server({ PARLOR_ORIGINS: new URL(site).origin });
  const ana = await setUp(server);
  await post(server, 'workspace:change', { door: 'guest' }, ana.token);
  return { url: `${site}?parlor=${server.url}`, server, robot: await bot(server, ana, 'Robot') };
}

test('the bot answers ping with pong', async ({ stage, server }) => {
  const ana = await setUp(server);
  const script = await Script.connect(server, ana.token);
  const robot = await bot(server, ana, 'Ping');
  await run(stage, server, robot, 'bot/bot.js').prints(/listens/);
  const lobby = await script.room('lobby');
  await script.say(lobby, 'ping');
  expect((await script.hears('pong')).by).toBe(robot.user.id);
  script.close();
});

test('posts of a script appear on the page of the feed without a refresh', async ({ stage, page }) => {
  const { url, server, robot } = await open(stage, 'feed');
  expect(await run(stage, server, robot, 'feed/post.js', 'Fresh scones at four').exits()).toBe(0);
  await page.goto(url);
  const posts = page.getByRole('list', { name: 'Posts' }).getByRole('listitem');
  await expect(posts).toHaveText(['Fresh scones at four']);
  expect(await run(stage, server, robot, 'feed/post.js', 'They are gone').exits()).toBe(0);
  await expect(posts).toHaveText(['They are gone', 'Fresh scones at four']);
});

test('a goal is announced to every player, and the score survives the server', async ({ stage, page, browser }) => {
  const { url, server, robot } = await open(stage, 'game');
  const scoreboard = run(stage, server, robot, 'game/kickoff.js');
  await scoreboard.prints(/The match is open/);
  const other = await (await browser.newContext()).newPage();
  for (const [player, name] of [
    [page, 'Ben'],
    [other, 'Cleo'],
  ] as const) {
    await player.goto(url);
    await player.getByLabel('Your name').fill(name);
    await player.getByRole('button', { name: 'Join' }).click();
  }
  await page.getByRole('button', { name: 'Score' }).click();
  await expect(other.getByRole('status')).toHaveText('Ben 1');
  await other.getByRole('button', { name: 'Score' }).click();
  await expect(page.getByRole('status')).toHaveText('Ben 1 · Cleo 1');
  await scoreboard.prints(/^Goal by Cleo$/);

  await server.kill();
  await server.restart();
  await page.getByRole('button', { name: 'Score' }).click();
  await expect(other.getByRole('status')).toHaveText('Ben 2 · Cleo 1');
  await other.close();
});
