// What breaks in between loses nothing and doubles nothing.
import { isAccessible } from '../fixtures/accessible.ts';
import { Front } from '../fixtures/front.ts';
import { Person } from '../fixtures/person.ts';
import { expect, test } from '../fixtures/test.ts';

test('three messages written offline survive a reload and arrive exactly once, in order', async ({ ana, ben }) => {
  await ana.says('before the tunnel');
  await ben.seesLast('before the tunnel');
  await ana.keepsTheShell();

  await ana.context.setOffline(true);
  await ana.says('one from the tunnel');
  await ana.says('two from the tunnel');
  await ana.says('three from the tunnel');
  await ana.page.reload();
  await ana.seesLast('before the tunnel', 'one from the tunnel', 'two from the tunnel', 'three from the tunnel');
  await ben.says('meanwhile, outside');

  await ana.context.setOffline(false);
  await ana.isConnected();
  const all = [
    'before the tunnel',
    'meanwhile, outside',
    'one from the tunnel',
    'two from the tunnel',
    'three from the tunnel',
  ];
  await ben.seesLast(...all);
  await ana.seesLast(...all);
  await ben.page.reload();
  await ben.seesLast(...all);
  for (const text of all) await expect(ben.message(text)).toHaveCount(1);
});

test('a restart of the server under two open browsers loses nothing', async ({ ana, ben, server }) => {
  await ana.says('first life');
  await ben.seesLast('first life');

  await server.kill();
  await ben.says('said to nobody yet');
  await server.restart();
  await ana.isConnected();
  await ben.isConnected();
  await ana.seesLast('first life', 'said to nobody yet');
  await ana.says('second life');
  await ben.seesLast('first life', 'said to nobody yet', 'second life');
  await expect(ana.message('said to nobody yet')).toHaveCount(1);
});

test('a newer client is offered when the server comes back with one, and taken without losing a word', async ({
  stage,
  browser,
  server,
  ana,
}) => {
  const front = await Front.open(stage, server);
  const link = await ana.invites();
  const cleo = await Person.arrive(stage, browser, server, 'Cleo', { baseURL: front.url });
  await cleo.joins(link.replace(server.url, front.url));
  await cleo.opens('lobby');
  await cleo.keepsTheShell();
  await cleo.composer.fill('Half a sentence');

  front.newer = true;
  await server.stop();
  await server.restart();
  const notes = cleo.page.getByRole('region', { name: 'Notes' });
  await expect(notes).toContainText('A newer Parlor is ready.');
  await isAccessible(cleo, 'a newer client');
  await notes.getByRole('button', { name: 'Reload' }).click();
  await cleo.isConnected();
  await expect(notes).not.toContainText('A newer Parlor');
  await expect(cleo.composer).toHaveValue('Half a sentence');
  const kept = () => cleo.page.evaluate(() => caches.keys());
  await expect.poll(kept).toEqual([expect.stringMatching(/^shell-newer-/)]);
});
