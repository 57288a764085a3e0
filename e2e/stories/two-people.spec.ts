// Two people in two browsers: from the first visit to talking.
import { Person } from '../fixtures/person.ts';
import { expect, test } from '../fixtures/test.ts';

test('ana sets the place up, invites ben, and they talk both ways', async ({ stage, browser, server }) => {
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.setsUp(server);
  await ana.opens('lobby');
  const link = await ana.invites();
  const ben = await Person.arrive(stage, browser, server, 'Ben');
  await ben.joins(link);
  await ben.opens('lobby');

  await ana.says('Good morning, **Ben**');
  await ben.seesLast('Good morning, Ben');
  await expect(ben.message('Good morning').locator('strong')).toHaveText('Ben');
  await ben.says('Good morning, Ana');
  await ana.seesLast('Good morning, Ben', 'Good morning, Ana');
  expect([...ana.faults, ...ben.faults]).toEqual([]);
});

test('a message can be edited, answered, reacted to and deleted', async ({ ana, ben }) => {
  await ana.says('The kettel is on');
  await ben.seesLast('The kettel is on');
  await ana.hasSent('The kettel is on');
  await ana.composer.press('ArrowUp');
  const editor = ana.page.getByRole('textbox', { name: /^Edit/ });
  await editor.fill('The kettle is on');
  await editor.press('Enter');
  await ben.seesLast('The kettle is on');
  await expect(ben.message('The kettle is on')).toContainText('edited');

  await ben.message('The kettle is on').hover();
  await ben.message('The kettle is on').getByRole('button', { name: 'Reply' }).click();
  await ben.says('Two cups, please');
  await expect(ana.message('Two cups, please')).toContainText('The kettle is on');

  await ana.message('Two cups, please').hover();
  await ana.message('Two cups, please').getByRole('button', { name: 'React with 👍' }).click();
  await expect(ben.message('Two cups, please').getByRole('button', { name: /👍.*Ana|Ana.*👍/ })).toBeVisible();

  await ben.message('Two cups, please').click({ button: 'right' });
  await ben.page
    .getByRole('menu', { name: 'Message' })
    .getByRole('menuitem', { name: /^Delete/ })
    .click();
  await ben.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(ana.message('Two cups, please')).toHaveCount(0);
  await expect(ana.page.getByText('Message deleted')).toBeVisible();
});

test('somebody who is found among the members and removed loses the room at once', async ({ ana, ben }) => {
  await ana.page.getByRole('button', { name: 'Add rooms' }).click();
  await ana.page.getByRole('menuitem', { name: 'Create a room' }).click();
  const name = ana.page.getByLabel('Name', { exact: true });
  await name.fill('p'.repeat(60));
  await expect(name).toHaveAccessibleDescription('60 characters are the most');
  await name.fill('pantry');
  await ana.page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(ana.page.getByRole('heading', { level: 1 })).toContainText('pantry');

  await ben.page.getByRole('button', { name: 'Add rooms' }).click();
  await ben.page.getByRole('menuitem', { name: 'Browse rooms' }).click();
  await ben.page
    .getByRole('dialog')
    .getByRole('listitem')
    .filter({ hasText: 'pantry' })
    .getByRole('button', { name: /^Join/ })
    .click();
  await expect(ben.page.getByRole('heading', { level: 1 })).toContainText('pantry');
  await ana.says('Biscuits are on the top shelf');
  await ben.seesLast('Biscuits are on the top shelf');

  await ana.page.getByRole('button', { name: /^Members/ }).click();
  const members = ana.page.getByRole('complementary', { name: 'Members' });
  await ana.page.getByLabel('Find members').fill('nobody');
  await expect(members).toContainText('Nobody here is called that.');
  await ana.page.getByLabel('Find members').fill('be');
  await expect(members.getByRole('listitem')).toHaveText([/Ben/]);
  await ana.chooses('What to do about Ben', 'Remove from the room');
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(ben.sideBar.getByRole('link', { name: /pantry/ })).toHaveCount(0);
  await expect(ben.message('Biscuits are on the top shelf')).toHaveCount(0);
});
