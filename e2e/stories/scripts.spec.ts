// What a script can do: all that a browser can.
import { join, post, Script, setUp } from '../fixtures/script.ts';
import { expect, test } from '../fixtures/test.ts';

test('two scripts chat, and what is sent twice with one nonce is written once', async ({ server }) => {
  const ana = await setUp(server);
  const ben = await join(server, ana, 'Ben');
  const [one, two] = [await Script.connect(server, ana.token), await Script.connect(server, ben.token)];
  const lobby = await one.room('lobby');
  const message = { room: lobby, nonce: crypto.randomUUID(), text: 'Tea?' };
  const first = await one.ask('message:send', message);
  expect(await one.ask('message:send', message)).toEqual(first);
  await two.say(lobby, 'Please');
  await one.hears('Please');
  expect(two.heard.map(({ text }) => text)).toEqual(['Tea?', 'Please']);
  one.close();
  two.close();
});

test('a call with a wrong token or a second set-up is refused by its code', async ({ server }) => {
  await setUp(server);
  await expect(Script.connect(server, 'pb_wrong')).rejects.toThrow('unauthenticated');
  await expect(post(server, 'room:list', {})).rejects.toThrow('unauthenticated');
  await expect(setUp(server)).rejects.toThrow(/conflict|expired|forbidden/);
});
