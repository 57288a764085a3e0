// Polls: asked, answered, changed and closed.
import { isAccessible } from '../fixtures/accessible.ts';
import type { Person } from '../fixtures/person.ts';
import { expect, test } from '../fixtures/test.ts';

/** Asks in the dialog that is open. */
async function asks(person: Person, options: string[], rules: string[] = []): Promise<void> {
  const dialog = person.page.getByRole('dialog', { name: 'Ask with a poll' });
  for (const [at, option] of options.entries()) {
    if (at > 1) await dialog.getByRole('button', { name: 'Another option' }).click();
    await dialog.getByLabel(`Option ${at + 1}`, { exact: true }).fill(option);
  }
  for (const rule of rules) await dialog.getByRole('switch', { name: rule }).check();
  await isAccessible(person, 'asking with a poll');
  await dialog.getByRole('button', { name: 'Ask', exact: true }).click();
  await expect(dialog).toHaveCount(0);
}

/** A poll by its question, in the room or in a thread beside it. */
const poll = (person: Person, question: string) => person.page.getByRole('group', { name: `Poll: ${question}` });

test('a poll is asked by a command, answered by two, changed, and closed', async ({ ana, ben }) => {
  await ana.composer.fill('/poll What shall we drink?');
  await ana.composer.press('Enter');
  await asks(ana, ['Tea', 'Coffee', 'Water']);
  const [hers, his] = [poll(ana, 'What shall we drink?'), poll(ben, 'What shall we drink?')];
  await his.getByRole('radio', { name: /^Tea/ }).check();
  await expect(hers.getByRole('radio', { name: 'Tea Ben 1 vote' })).toBeVisible();
  await hers.getByRole('radio', { name: /^Coffee/ }).check();
  await his.getByRole('radio', { name: /^Coffee/ }).check();
  await expect(hers.getByRole('radio', { name: 'Coffee Ana, Ben 2 votes' })).toBeVisible();
  await expect(his.getByText('2 people voted')).toBeVisible();
  // What they answered stays the question.
  await ana.composer.press('ArrowUp');
  await expect(ana.composer).toBeFocused();
  await isAccessible(ben, 'a poll');
  await his.getByRole('button', { name: 'Take back' }).click();
  await expect(hers.getByText('1 person voted')).toBeVisible();
  await expect(his.getByRole('button', { name: 'Close the poll' })).toHaveCount(0);
  await hers.getByRole('button', { name: 'Close the poll' }).click();
  await expect(his.getByText('1 person voted · closed')).toBeVisible();
  await expect(his.getByRole('radio', { name: /^Tea/ })).toBeDisabled();
  expect([...ana.faults, ...ben.faults]).toEqual([]);
});

test('names stay hidden where they shall, and one still sees what one has chosen', async ({ ana, ben }) => {
  await ana.page.getByRole('button', { name: 'Poll', exact: true }).click();
  await ana.page.getByLabel('Question').fill('Who should lead?');
  await asks(ana, ['Cleo', 'Dan'], ['Several can be chosen', 'Hide names']);
  const [hers, his] = [poll(ana, 'Who should lead?'), poll(ben, 'Who should lead?')];
  await his.getByRole('checkbox', { name: /^Cleo/ }).check();
  await his.getByRole('checkbox', { name: /^Dan/ }).check();
  await expect(hers.getByRole('checkbox', { name: 'Cleo 1 vote' })).toBeVisible();
  await expect(hers.getByRole('checkbox', { name: 'Dan 1 vote' })).toBeVisible();
  await expect(hers.getByText('1 person voted · choose several · names are hidden')).toBeVisible();
  await expect(hers).not.toContainText('Ben');
  await ben.page.reload();
  await expect(his.getByRole('checkbox', { name: /^Cleo/ })).toBeChecked();
  await expect(his.getByRole('checkbox', { name: /^Dan/ })).toBeChecked();
});

test('a vote made offline is sent later and counts once, in a thread too', async ({ ana, ben }) => {
  await ana.says('The party');
  await ana.message('The party').hover();
  await ana.message('The party').getByRole('button', { name: 'Thread' }).click();
  const replies = ana.page.getByRole('textbox', { name: 'Reply in the thread' });
  await replies.fill('/poll When?');
  await replies.press('Enter');
  await asks(ana, ['Friday', 'Saturday']);
  await expect(poll(ana, 'When?')).toBeVisible();
  await ben
    .message('The party')
    .getByRole('button', { name: /1 reply/ })
    .click();
  await expect(poll(ben, 'When?')).toBeVisible();
  await ben.keepsTheShell();
  await ben.context.setOffline(true);
  await poll(ben, 'When?')
    .getByRole('radio', { name: /^Saturday/ })
    .check();
  await expect(poll(ben, 'When?').getByText('1 person voted')).toBeVisible();
  await ben.context.setOffline(false);
  await ben.isConnected();
  await expect(poll(ana, 'When?').getByRole('radio', { name: 'Saturday Ben 1 vote' })).toBeVisible();
  await expect(poll(ana, 'When?').getByText('1 person voted')).toBeVisible();
});
