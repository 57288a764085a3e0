// Counts in the side bar lead to what they count: a call, the first unread message, the thread.
import { isAccessible } from '../fixtures/accessible.ts';
import { Person } from '../fixtures/person.ts';
import { join, post, Script, setUp } from '../fixtures/script.ts';
import type { Server } from '../fixtures/server.ts';
import type { Stage } from '../fixtures/stage.ts';
import { expect, test } from '../fixtures/test.ts';

/** Ana's workspace with a garden, where Ben talks by script. */
async function garden(stage: Stage, server: Server) {
  const owner = await setUp(server);
  const made = { nonce: 'garden', kind: 'public', name: 'garden' };
  const { room } = await post<{ room: { id: string } }>(server, 'room:create', made, owner.token);
  const ben = await Script.connect(server, (await join(server, owner, 'Ben')).token);
  stage.ends(async () => ben.close());
  await ben.room('garden');
  return { owner, ben, room: room.id };
}

/** A message that no screen holds. */
const tall = (what: string) => Array.from({ length: 40 }, () => what).join('\n\n');

const count = (person: Person, name: string) => person.sideBar.getByRole('button', { name });

test('the count of calls leads to the first one, and the count of unread messages to the first of them', async ({
  stage,
  browser,
  server,
}) => {
  const { ben, room } = await garden(stage, server);
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  await ana.opens('lobby');

  await ben.say(room, 'the first rose');
  await ben.say(room, tall('rose'));
  await expect(count(ana, 'Go to the first unread: garden')).toHaveText('2');
  await count(ana, 'Go to the first unread: garden').press('Enter');
  await expect(ana.message('the first rose')).toBeInViewport();
  await expect(ana.page.getByText('New', { exact: true })).toBeInViewport();
  await expect(ana.composer).toBeFocused();
  await ana.opens('lobby');

  await ben.say(room, tall('lilac'));
  await ben.say(room, 'come and see, @ana');
  await ben.say(room, tall('tulip'));
  await ben.say(room, 'and see this, @ana');
  await expect(count(ana, 'Go to the first message for you: garden')).toHaveText('2');
  await isAccessible(ana, 'counts in the side bar');
  await count(ana, 'Go to the first message for you: garden').click();
  await expect(ana.message('come and see')).toBeInViewport();
  await expect(ana.message('come and see')).toBeFocused();
});

test('the count of threads opens the one with something new, or the list of several', async ({
  stage,
  browser,
  server,
}) => {
  const { owner, ben, room } = await garden(stage, server);
  const asks = async (text: string) => {
    const sent = { room, nonce: crypto.randomUUID(), text };
    return (await post<{ seq: number }>(server, 'message:send', sent, owner.token)).seq;
  };
  const replies = (thread: number, text: string) =>
    ben.ask('message:send', { room, nonce: crypto.randomUUID(), text, thread });
  const [cake, tea] = [await asks('Who brings the cake?'), await asks('Who brings the tea?')];
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  await ana.opens('lobby');

  await replies(tea, 'I bring some');
  await expect(count(ana, 'Go to the unread replies: Threads')).toHaveText('1');
  await count(ana, 'Go to the unread replies: Threads').press('Enter');
  const pane = ana.page.getByRole('complementary', { name: 'Thread' });
  await expect(pane.getByText('I bring some')).toBeVisible();
  await expect(count(ana, 'Go to the unread replies: Threads')).toHaveCount(0);

  await ana.opens('lobby');
  await replies(tea, 'green or black?');
  await replies(cake, 'I bake one');
  await expect(count(ana, 'Go to the unread replies: Threads')).toHaveText('2');
  await count(ana, 'Go to the unread replies: Threads').click();
  await expect(ana.page.getByRole('heading', { level: 1, name: 'Threads' })).toBeVisible();
  await expect(ana.page.getByRole('main').getByText('I bake one')).toBeVisible();
});
