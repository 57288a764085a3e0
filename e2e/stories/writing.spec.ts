// Writing with more than letters: formatting, commands, drafts, undo, and what is said later.

import { isAccessible } from '../fixtures/accessible.ts';
import { Person } from '../fixtures/person.ts';
import { join, post, setUp } from '../fixtures/script.ts';
import { expect, test } from '../fixtures/test.ts';

test('text is formatted with keys and buttons, and shown before it is sent', async ({ stage, browser, server }) => {
  await setUp(server);
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  await ana.opens('lobby');
  const { keyboard } = ana.page;

  await ana.composer.fill('tea');
  await keyboard.press('Control+a');
  await keyboard.press('Control+b');
  await expect(ana.composer).toHaveValue('**tea**');
  await keyboard.press('End');
  await keyboard.type(' for');
  await keyboard.press('Shift+Enter');
  await keyboard.type('- two');
  await keyboard.press('Shift+Enter');
  await keyboard.type('three');
  await expect(ana.composer).toHaveValue('**tea** for\n- two\n- three');

  await ana.page.getByRole('button', { name: 'Preview' }).click();
  const preview = ana.page.getByRole('region', { name: 'Preview' });
  await expect(preview.locator('strong')).toHaveText('tea');
  await expect(preview.getByRole('listitem')).toHaveText(['two', 'three']);
  await isAccessible(ana, 'preview');
  await ana.composer.press('Enter');
  await expect(ana.messages.last().getByRole('listitem')).toHaveText(['two', 'three']);

  await ana.chooses('Code block', 'Rust');
  await expect(ana.composer).toHaveValue('```rust\n\n```');
  await ana.composer.focus();
  await keyboard.type('let cups = 2;');
  await keyboard.press('Enter');
  await keyboard.type('// two');
  await ana.composer.press('Control+Enter');
  await expect(ana.messages.last().locator('pre')).toContainText('let cups = 2;');

  await ana.page.getByRole('button', { name: 'Formatting', exact: true }).click();
  await expect(ana.page.getByRole('toolbar', { name: 'Formatting' })).toHaveCount(0);
  await ana.page.reload();
  await expect(ana.composer).toBeVisible();
  await expect(ana.page.getByRole('toolbar', { name: 'Formatting' })).toHaveCount(0);
  expect(ana.faults).toEqual([]);
});

test('what is pasted becomes Markdown, and code is offered a block', async ({ stage, browser, server }) => {
  await setUp(server);
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  await ana.opens('lobby');
  const paste = (data: Record<string, string>) =>
    ana.composer.evaluate((area, parts) => {
      const clipboardData = new DataTransfer();
      for (const [type, words] of Object.entries(parts)) clipboardData.setData(type, words);
      area.focus();
      area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, data);

  const table = '<table><tr><th>Tea</th><th>Cups</th></tr><tr><td><b>Oolong</b></td><td>2</td></tr></table>';
  await paste({ 'text/html': `<script>window.ran = 1</script>${table}`, 'text/plain': 'Tea Cups Oolong 2' });
  await expect(ana.composer).toHaveValue('| Tea | Cups |\n| --- | --- |\n| **Oolong** | 2 |');
  expect(await ana.page.evaluate(() => 'ran' in window)).toBe(false);
  await ana.composer.press('Enter');
  await expect(ana.messages.last().getByRole('table')).toContainText('Oolong');

  await paste({ 'text/plain': 'fn main() {\n    tea();\n}' });
  await ana.page.getByRole('button', { name: 'Make it a code block' }).click();
  await expect(ana.composer).toHaveValue('```\nfn main() {\n    tea();\n}\n```');
  expect(ana.faults).toEqual([]);
});

test('names, emoji and commands are completed; a wrong command is never sent', async ({ stage, browser, server }) => {
  const owner = await setUp(server);
  await join(server, owner, 'Ben');
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  await ana.opens('lobby');
  const { keyboard } = ana.page;
  const suggestions = ana.page.getByRole('listbox', { name: 'Suggestions' });

  await ana.composer.focus();
  await keyboard.type('a cup of :tea');
  await expect(suggestions.getByRole('option').first()).toContainText('🍵');
  await keyboard.type(':');
  await expect(ana.composer).toHaveValue('a cup of 🍵');
  await ana.composer.fill('');
  await keyboard.type('@');
  await expect(suggestions).toContainText('Ben');
  await expect(suggestions).not.toContainText('@ana');
  await ana.composer.fill('');

  await keyboard.type('/top');
  await expect(suggestions).toContainText('/topic');
  await isAccessible(ana, 'suggestions');
  await keyboard.press('Tab');
  await keyboard.type('tea and cake');
  await keyboard.press('Enter');
  await expect(ana.page.getByRole('main')).toContainText('tea and cake');
  await expect(ana.composer).toHaveValue('');

  await keyboard.type('/frob now');
  await keyboard.press('Enter');
  await expect(ana.page.getByRole('alert')).toContainText('There is no command /frob');
  await expect(ana.composer).toHaveValue('/frob now');
  await ana.page.getByRole('button', { name: 'Send as text' }).click();
  await ana.seesLast('/frob now');

  await ana.says('/help');
  await expect(ana.page.getByRole('dialog', { name: 'Commands' })).toContainText('/remind');
  await isAccessible(ana, 'commands');
});

test('a message can be called back before it is sent, also after a reload', async ({ stage, browser, server }) => {
  const owner = await setUp(server);
  const known = await join(server, owner, 'Ben');
  await post(
    server,
    'settings:change',
    { settings: { theme: 'system', sound: false, letter_keys: true, undo_send_s: 10, toolbar: false } },
    owner.token,
  );
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  await ana.opens('lobby');
  const ben = await Person.arrive(stage, browser, server, known.user.name);
  await ben.signsIn();
  await ben.opens('lobby');

  await ana.says('too early');
  await expect(ana.message('too early')).toContainText(/Sending in \d+ s/);
  await ana.page.reload();
  await ana.message('too early').getByRole('button', { name: 'Undo' }).click();
  await expect(ana.composer).toHaveValue('too early');
  await ana.says('just right');
  await expect(ana.message('just right')).toContainText(/Sending in/);
  await ben.seesLast('just right');
  await expect(ben.message('too early')).toHaveCount(0);
});

test('a draft goes along to another device and never over what is being typed', async ({ stage, browser, server }) => {
  const owner = await setUp(server);
  await post(server, 'room:create', { nonce: 'n1', kind: 'public', name: 'garden' }, owner.token);
  const desk = await Person.arrive(stage, browser, server, 'Ana');
  await desk.signsIn();
  await desk.opens('lobby');
  const phone = await Person.arrive(stage, browser, server, 'Ana');
  await phone.signsIn();
  await phone.opens('garden');

  await desk.composer.fill('half a thou');
  await expect(phone.sideBar.getByRole('link', { name: /^lobby.*draft/ })).toBeVisible();
  await phone.opens('lobby');
  await expect(phone.composer).toHaveValue('half a thou');
  await phone.composer.fill('half a thought');
  await desk.composer.press('End');
  await desk.composer.pressSequentially('ght, mine', { delay: 20 });
  await expect(desk.composer).toHaveValue('half a thought, mine');
  await desk.composer.press('Enter');
  await desk.seesLast('half a thought, mine');
});

test('messages are scheduled, changed and sent, and reminders come', async ({ stage, browser, server }) => {
  const owner = await setUp(server);
  await join(server, owner, 'Ben');
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  await ana.opens('lobby');
  const ben = await Person.arrive(stage, browser, server, 'Ben');
  await ben.signsIn();
  await ben.opens('lobby');

  await ana.composer.fill('Good morning');
  await ana.page.getByRole('button', { name: 'Send later' }).click();
  await expect(ana.page.getByRole('menuitem', { name: 'Tomorrow morning' })).toBeVisible();
  await isAccessible(ana, 'send later');
  await ana.page.getByRole('menuitem', { name: 'Tomorrow morning' }).click();
  await expect(ana.composer).toHaveValue('');
  await ana.page.getByRole('button', { name: 'Undo' }).click();
  await expect(ana.composer).toHaveValue('Good morning');
  await ana.chooses('Send later', 'Tomorrow morning');
  await expect(ana.composer).toHaveValue('');
  await ana.page.getByRole('button', { name: 'Show scheduled' }).click();
  const dialog = ana.page.getByRole('dialog', { name: 'Later' });
  await expect(dialog).toContainText('tomorrow at');
  await isAccessible(ana, 'later');
  await dialog.getByRole('button', { name: 'Edit' }).click();
  await dialog.getByRole('textbox', { name: 'Message' }).fill('Good evening');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toContainText('Good evening');
  await dialog.getByRole('button', { name: 'Send now' }).click();
  await ben.seesLast('Good evening');
  await expect(dialog).toContainText('Nothing is scheduled');
  await ana.page.keyboard.press('Escape');

  await post(server, 'reminder:set', { nonce: 'r1', at_ms: 0, text: 'water the roses' }, owner.token);
  const notes = ana.page.getByRole('region', { name: 'Notes' });
  await expect(notes).toContainText('water the roses');
  await isAccessible(ana, 'reminder');
  await notes.getByRole('button', { name: 'Done' }).click();
  await expect(notes).not.toContainText('water the roses');

  await ana.message('Good evening').hover();
  await ana.message('Good evening').getByRole('button', { name: 'More' }).click();
  await ana.page.getByRole('menuitem', { name: 'Remind me' }).click();
  await isAccessible(ana, 'when');
  await ana.page
    .getByRole('dialog')
    .getByRole('button', { name: /^In an hour/ })
    .click();
  await ana.says('/reminders');
  await expect(dialog).toContainText('Good evening');
  await isAccessible(ana, 'reminders');
});

test('signing out leaves nothing of the last room and emoji behind', async ({ stage, browser, server }) => {
  await setUp(server);
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  await ana.opens('lobby');
  await ana.page.getByRole('button', { name: 'Emoji' }).click();
  await ana.page.getByRole('group', { name: 'Emoji' }).getByRole('button').nth(30).click();
  const kept = () =>
    ana.page.evaluate(() => [localStorage.getItem('parlor-emoji'), localStorage.getItem('parlor-rooms')]);
  expect(await kept()).not.toContain(null);
  await ana.chooses(/^You/, 'Sign out');
  await expect(
    ana.page
      .getByLabel('Password')
      .or(ana.page.getByRole('button', { name: 'I have an account' }))
      .first(),
  ).toBeVisible();
  await expect.poll(kept).toEqual([null, null]);
});
