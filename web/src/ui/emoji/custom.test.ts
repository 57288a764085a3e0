import { expect, test } from 'vitest';
import { World } from '../../lib/testing/world';
import { customEmoji, nameFrom, withSigns } from './custom.svelte';

async function lobby() {
  const world = new World('ana');
  world.server.addUser('ben');
  world.server.addRoom('lobby', ['ana', 'ben']);
  const engine = world.open();
  await world.pass(2_000);
  return { world, engine, custom: customEmoji(engine) };
}

test('what others add and remove is known at once, and what was missed after a reconnect', async () => {
  const { world, engine, custom } = await lobby();
  expect(custom).toBe(customEmoji(engine));
  world.server.emoji.add('ben', 'party', 'a.png');
  await world.settle();
  expect(custom.known).toBe(false);
  await world.settle();
  expect(custom.picture(':party:')).toBe('/files/emoji/a.png');
  expect(custom.picture('party')).toBeUndefined();
  expect(custom.living(['👍', ':party:', ':gone:'])).toEqual(['👍', ':party:']);
  world.cut();
  await world.settle();
  world.server.emoji.add('ben', 'apartment', 'b.gif');
  await world.pass(5_000);
  expect(custom.list).toHaveLength(1);
  await world.settle();
  expect(custom.known).toBe(true);
  expect(custom.find('PART').map(({ emoji }) => emoji)).toEqual([':party:', ':apartment:']);
  world.server.emoji.calls('ben')['emoji:remove']({ name: 'party' });
  await world.settle();
  expect(custom.known).toBe(false);
  await world.settle();
  expect(custom.list.map(({ name }) => name)).toEqual(['apartment']);
});

test('a workspace without emoji of its own is not asked for them', async () => {
  const { world, custom } = await lobby();
  expect(custom.known).toBe(true);
  expect(world.calls.filter(({ name }) => name === 'emoji:list')).toEqual([]);
});

test.each([
  ['Party Parrot.GIF', 'party-parrot'],
  ['été (1).png', 'ete-1'],
  ['__ok__.webp', 'ok'],
  [`${'a'.repeat(40)}.png`, 'a'.repeat(32)],
  [`${'a'.repeat(31)}_b.png`, 'a'.repeat(31)],
  ['图片.png', ''],
])('the file %s suggests the name %s', (file, name) => {
  expect(nameFrom(file)).toBe(name);
});

test('only names that are shown as pictures count as signs', () => {
  expect(withSigns(':party: :gone:', '<p><img alt=":party:"> :gone:</p>')).toBe('🙂 :gone:');
});
