// Links to messages: they show what they lead to, to those who may see it.
import { isAccessible } from '../fixtures/accessible.ts';
import type { Person } from '../fixtures/person.ts';
import { expect, test } from '../fixtures/test.ts';

/** The address of a message, as its menu copies it. */
async function linkTo(person: Person, text: string): Promise<string> {
  await person.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await person.acts(text, 'Copy link');
  await expect(person.page.getByText('The link is on the clipboard.').first()).toBeVisible();
  return person.page.evaluate(() => navigator.clipboard.readText());
}

async function makesPrivateRoom(person: Person, name: string): Promise<void> {
  await person.page.getByRole('button', { name: 'Add rooms' }).click();
  await person.page.getByRole('menuitem', { name: 'Create a room' }).click();
  await person.page.getByLabel('Name', { exact: true }).fill(name);
  await person.page.getByRole('radio', { name: /^Private/ }).check();
  await person.page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(person.page.getByRole('heading', { level: 1 })).toContainText(name);
}

/** Opens the menu of the first message with this text: later ones may show it as a card. */
async function tools(person: Person, text: string): Promise<void> {
  const message = person.message(text).first();
  await message.hover();
  await message.getByRole('button', { name: 'More' }).click();
}

const cards = (person: Person) => person.page.getByRole('main').getByRole('list', { name: 'Linked messages' });

test('a link shows the message it leads to, follows it, and tells nothing to those who may not see it', async ({
  ana,
  ben,
}) => {
  await ana.says('Tea is at **four**');
  const tea = await linkTo(ana, 'Tea is at four');
  await makesPrivateRoom(ana, 'pantry');
  await ana.says('The cake is hidden');
  const cake = await linkTo(ana, 'The cake is hidden');
  await ana.opens('lobby');
  await ana.says(`Look: ${tea} and ${cake}`);

  await expect(cards(ana).getByRole('article')).toHaveCount(2);
  await expect(cards(ben).getByRole('article')).toHaveCount(1);
  await expect(cards(ben).getByRole('article')).toContainText('Tea is at four');
  await expect(ben.message(/^.*Look: /).getByRole('link', { name: cake })).toBeVisible();
  await expect(ben.page.getByText('pantry')).toHaveCount(0);
  await isAccessible(ana, 'linked messages');

  await tools(ana, 'Tea is at four');
  await isAccessible(ana, 'the menu of a message');
  await ana.page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
  const editor = ana.page.getByRole('textbox', { name: /^Edit/ });
  await editor.fill('Tea is at five');
  await editor.press('Enter');
  await expect(cards(ben).getByRole('article')).toContainText('Tea is at five');

  // Who is let in sees the card, and who is sent away sees it no more.
  await ana.opens('pantry');
  await ana.composer.fill('/invite @ben');
  await ana.composer.press('Enter');
  await expect(ben.sideBar.getByRole('link', { name: /^pantry/ })).toBeVisible();
  await expect(cards(ben).getByText('The cake is hidden')).toBeVisible();
  await cards(ben).getByRole('article').filter({ hasText: 'The cake' }).getByRole('link', { name: /:/ }).click();
  await expect(ben.page.getByRole('heading', { level: 1 })).toContainText('pantry');
  await ben.opens('lobby');
  await ana.page.getByRole('button', { name: /^Members/ }).click();
  await ana.chooses('What to do about Ben', 'Remove from the room');
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(ben.sideBar.getByRole('link', { name: /^pantry/ })).toHaveCount(0);
  await expect(cards(ben).getByText('The cake is hidden')).toHaveCount(0);

  await ana.opens('lobby');
  await tools(ana, 'Tea is at five');
  await ana.page.getByRole('menuitem', { name: /^Delete/ }).click();
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(cards(ben).getByRole('article')).toContainText('Message deleted');
  expect([...ana.faults, ...ben.faults]).toEqual([]);
});
