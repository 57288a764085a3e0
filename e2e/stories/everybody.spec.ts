// Everybody can use it: on a phone, with the keyboard alone, with a screen reader, in the dark.
import { isAccessible } from '../fixtures/accessible.ts';
import { Person } from '../fixtures/person.ts';
import { join, post, Script, setUp } from '../fixtures/script.ts';
import { expect, test } from '../fixtures/test.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test('on a phone one thing is on the screen at a time', async ({ stage, browser, server }) => {
  await setUp(server);
  const ana = await Person.arrive(stage, browser, server, 'Ana', PHONE);
  await ana.signsIn();
  await ana.opens('lobby');
  await expect(ana.sideBar).toBeHidden();
  await ana.says('from the tram');
  await ana.seesLast('from the tram');
  expect(await ana.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await ana.page.goBack();
  await expect(ana.sideBar).toBeVisible();
});

test('everything needed to talk can be done with the keyboard', async ({ stage, browser, server }) => {
  const owner = await setUp(server);
  await post(server, 'room:create', { nonce: 'n1', kind: 'public', name: 'garden' }, owner.token);
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  const { keyboard } = ana.page;

  await keyboard.press('Control+k');
  await expect(ana.page.getByRole('combobox', { name: /^Go to/ })).toBeFocused();
  await keyboard.type('gard');
  await keyboard.press('Enter');
  await expect(ana.page.getByRole('heading', { level: 1 })).toContainText('garden');
  await expect(ana.composer).toBeFocused();
  await keyboard.type('the rse is open');
  await keyboard.press('Enter');
  await ana.hasSent('the rse is open');
  await keyboard.press('ArrowUp');
  await keyboard.press('Control+a');
  await keyboard.type('the rose is open');
  await keyboard.press('Enter');
  await ana.seesLast('the rose is open');

  await keyboard.press('Shift+F6');
  await expect(ana.message('the rose is open')).toBeFocused();
  await keyboard.press('r');
  await expect(ana.composer).toBeFocused();
  await keyboard.type('and the lilac');
  await keyboard.press('Enter');
  await expect(ana.message('and the lilac')).toContainText('the rose is open');
  await keyboard.press('Alt+ArrowUp');
  await expect(ana.page.getByRole('heading', { level: 1 })).toContainText('lobby');
  await keyboard.press('Control+/');
  await expect(ana.page.getByRole('dialog')).toBeVisible();
  await keyboard.press('Escape');
  await expect(ana.page.getByRole('dialog')).toHaveCount(0);

  // It was there before, so nothing that is typed right after the key is lost.
  await keyboard.press('Control+k');
  await keyboard.type('gard');
  await keyboard.press('Enter');
  await expect(ana.page.getByRole('heading', { level: 1 })).toContainText('garden');
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [device, options] of [
    ['desktop', {}],
    ['phone', PHONE],
  ] as const) {
    test(`every screen is accessible: ${colorScheme}, ${device}`, async ({ stage, browser, server }) => {
      const ana = await Person.arrive(stage, browser, server, 'Ana', { ...options, colorScheme });
      await ana.page.goto(server.setUpLink);
      await expect(ana.page.getByLabel('Workspace name')).toBeVisible();
      await isAccessible(ana, 'set-up');
      const owner = await setUp(server);
      const ben = await join(server, owner, 'Ben');
      const script = await Script.connect(server, ben.token);
      stage.ends(async () => script.close());
      const lobby = await script.room('lobby');
      const seq = await script.say(
        lobby,
        '@ana look: `let tea = "hot";`\n\n```rust\nfn main() { println!("tea"); }\n```\n\n- one\n- two',
      );
      await script.ask('reaction:add', { room: lobby, seq, nonce: 'r1', emoji: '🫖' });
      await script.ask('message:send', { room: lobby, nonce: 'n2', text: 'an answer', reply_to: seq });

      await ana.page.goto('/sign-in');
      await expect(ana.page.getByLabel('Password')).toBeVisible();
      await isAccessible(ana, 'sign-in');
      await ana.signsInByForm();
      await isAccessible(ana, 'home');
      await ana.opens('lobby');
      await expect(ana.message('an answer')).toBeVisible();
      await isAccessible(ana, 'room');
      await ana.context.setOffline(true);
      await ana.says('kept for later');
      await isAccessible(ana, 'pending');
      await ana.context.setOffline(false);
      await ana.page.getByRole('button', { name: /^Members/ }).click();
      await expect(ana.page.getByText('Ben').last()).toBeVisible();
      await isAccessible(ana, 'members');
      for (const section of ['profile', 'look', 'account', 'devices', 'workspace', 'invites', 'people', 'bots']) {
        await ana.page.goto(`/settings/${section}`);
        await expect(ana.page.getByRole('region').getByRole('heading', { level: 1 })).toBeVisible();
        await isAccessible(ana, `settings/${section}`);
      }
    });
  }
}
