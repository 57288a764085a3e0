// The daily things in the other two engines: Chromium has all the stories, these make sure that nobody is left out.
import { LAST, scrollBy, STILL_PX, UNLIMITED, writesMany } from '../fixtures/long-room.ts';
import { bot, PASSWORD, post, Script, type Known } from '../fixtures/script.ts';
import { browser } from '../fixtures/settings.ts';
import { expect, test } from '../fixtures/test.ts';
import type { Driver } from './driver.ts';
import { Firefox } from './firefox.ts';
import { Visitor } from './visitor.ts';
import { WebKit } from './webkit.ts';

const ENGINES: Record<string, () => Promise<Driver>> = {
  Firefox: () => Firefox.open(browser('FIREFOX')),
  WebKit: () => WebKit.open(browser('WEBKIT_DRIVER'), browser('WEBKIT'), browser('XVFB')),
};

for (const [engine, open] of Object.entries(ENGINES)) {
  test(`${engine}: sets up, chats with a bot, reloads and scrolls a long room without a jump`, async ({ stage }) => {
    const server = await stage.server(UNLIMITED);
    const driver = await open();
    stage.ends(() => driver.end());
    const ana = new Visitor(driver);

    await ana.goes(server.setUpLink);
    await ana.fills('Workspace name', 'Tea House');
    await ana.fills('Your name', 'Ana');
    await ana.fills('Username', 'ana');
    await ana.fills('Password', PASSWORD);
    await ana.clicks('Set up');
    await ana.sees('Welcome! This is the lobby');

    const account = { username: 'ana', password: PASSWORD };
    const owner = await post<Known>(server, 'session:create', account);
    const { token } = await bot(server, owner, 'Robin');
    const robin = await Script.connect(server, token);
    stage.ends(async () => robin.close());
    const lobby = await robin.room('lobby');

    await ana.fills('Write in lobby', 'hello from here');
    await ana.sends();
    await robin.hears('hello from here');
    await robin.say(lobby, 'and back');
    await ana.seesLast('and back');

    await ana.goes(server.url);
    await ana.seesLast('and back');

    await writesMany(server, owner, 600);
    await ana.seesLast(LAST);
    let worst = 0;
    for (let step = 0; step < 150; step += 1)
      worst = Math.max(worst, await driver.run<number>(String(scrollBy), step < 75 ? -400 : 400));
    expect(worst).toBeLessThanOrEqual(STILL_PX);
  });
}
