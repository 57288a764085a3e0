// Files, as people send, look at and hear them.
import { chromium } from '@playwright/test';

import { isAccessible } from '../fixtures/accessible.ts';
import { Person } from '../fixtures/person.ts';
import { browser as executable } from '../fixtures/settings.ts';
import { expect, test } from '../fixtures/test.ts';

/** Drops files on the room, as from a folder of the desktop. */
async function drops(person: Person, files: { name: string; type: string; base64: string }[]): Promise<void> {
  const transfer = await person.page.evaluateHandle((dropped) => {
    const data = new DataTransfer();
    for (const { name, type, base64 } of dropped) {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      data.items.add(new File([bytes], name, { type }));
    }
    return data;
  }, files);
  const main = person.page.getByRole('main');
  await main.dispatchEvent('dragover', { dataTransfer: transfer });
  await expect(person.page.getByText('Drop files to put them into your message')).toBeVisible();
  await main.dispatchEvent('drop', { dataTransfer: transfer });
}

/** A picture of a sunset, made by the page. */
async function picture(person: Person, hue: number): Promise<string> {
  return person.page.evaluate((colour) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1200, 800];
    const context = canvas.getContext('2d')!;
    const sky = context.createLinearGradient(0, 0, 0, 800);
    sky.addColorStop(0, `hsl(${colour} 60% 35%)`);
    sky.addColorStop(1, `hsl(${colour + 50} 80% 75%)`);
    context.fillStyle = sky;
    context.fillRect(0, 0, 1200, 800);
    context.fillStyle = `hsl(${colour + 60} 90% 85%)`;
    context.arc(800, 480, 120, 0, 7);
    context.fill();
    return canvas.toDataURL('image/jpeg').split(',')[1]!;
  }, hue);
}

test('several files are dropped, described and sent; pictures open large and are gone through by keyboard', async ({
  ana,
  ben,
}) => {
  await drops(ana, [
    { name: 'dusk.jpg', type: 'image/jpeg', base64: await picture(ana, 220) },
    { name: 'dawn.jpg', type: 'image/jpeg', base64: await picture(ana, 330) },
    { name: 'plan.txt', type: 'text/plain', base64: btoa('first tea, then the garden') },
    { name: 'terms.pdf', type: 'application/pdf', base64: btoa('%PDF-1.7 by Ana') },
  ]);
  const tray = ana.page.getByRole('list', { name: 'Files of this message' });
  await expect(tray.getByRole('listitem')).toHaveCount(4);
  await ana.page.getByRole('textbox', { name: 'What dusk.jpg shows' }).fill('The sun over the hills');
  await expect(tray.getByRole('progressbar')).toHaveCount(0);
  // A plain text tells nothing beside itself, and pictures lose what they told.
  await expect(tray.getByText('It may tell who made it, when and where.')).toHaveCount(1);
  await isAccessible(ana, 'files to send');
  await ana.says('Look at these');

  const message = ben.message('Look at these');
  await expect(message.getByRole('button', { name: /^Open / })).toHaveCount(2);
  await expect(message.getByRole('link', { name: /^Download plan.txt/ })).toBeVisible();
  await ben.isSettled();
  await isAccessible(ben, 'a message with files');
  await message.getByRole('button', { name: 'Open The sun over the hills' }).focus();
  await ben.page.keyboard.press('Enter');
  const light = ben.page.getByRole('dialog', { name: 'Picture 1 of 2' });
  await expect(light.getByRole('img', { name: 'The sun over the hills' })).toBeVisible();
  await isAccessible(ben, 'a large picture');
  await ben.page.keyboard.press('ArrowRight');
  await expect(ben.page.getByRole('dialog', { name: 'Picture 2 of 2' })).toBeVisible();
  await ben.page.keyboard.press('Escape');
  await expect(ben.page.getByRole('dialog')).toHaveCount(0);
  await expect(message.getByRole('button', { name: 'Open The sun over the hills' })).toBeFocused();

  await ben.chooses('Room menu', 'Media and files');
  const pane = ben.page.getByRole('complementary', { name: 'Media and files' });
  await expect(pane.getByRole('button', { name: /^Open / })).toHaveCount(2);
  await isAccessible(ben, 'media and files');
  await pane.getByRole('button', { name: 'Files', exact: true }).click();
  await expect(pane.getByRole('link', { name: /^Download plan.txt/ })).toBeVisible();
  expect([...ana.faults, ...ben.faults]).toEqual([]);
});

test('a file that is attached offline survives a reload and is sent once', async ({ ana, ben }) => {
  await ana.keepsTheShell();
  await ana.page.getByRole('button', { name: 'Attach files' }).waitFor();
  await ana.isConnected();
  await ana.context.setOffline(true);
  await drops(ana, [{ name: 'notes.txt', type: 'text/plain', base64: btoa('x'.repeat(2_000_000)) }]);
  const tray = ana.page.getByRole('list', { name: 'Files of this message' });
  await expect(tray.getByText('waiting to upload')).toBeVisible();
  await ana.page.reload();
  await expect(tray.getByRole('listitem')).toHaveCount(1);
  await ana.says('From the tunnel');
  await ana.page.reload();
  await expect(ana.message('From the tunnel').getByText('notes.txt')).toBeVisible();
  await ana.context.setOffline(false);
  await ana.isConnected();
  await expect(
    ben.message('From the tunnel').getByRole('link', { name: /^Download notes.txt TXT, 2.0 MB/ }),
  ).toBeVisible({
    timeout: 30_000,
  });
  await expect(ben.message('From the tunnel')).toHaveCount(1);
  await expect(ana.message('From the tunnel').getByRole('link', { name: /^Download notes.txt/ })).toBeVisible();
});

test('what is too large is said before anything is sent', async ({ stage, browser }) => {
  const server = await stage.server({ PARLOR_UPLOAD_MAX: '1 MiB' });
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.setsUp(server);
  await ana.opens('lobby');
  await ana.isConnected();
  await ana.page.getByRole('button', { name: 'Attach files' }).waitFor();
  await drops(ana, [{ name: 'film.bin', type: '', base64: btoa('x'.repeat(1_200_000)) }]);
  await expect(ana.page.getByRole('alert')).toContainText('“film.bin” is too large: a file has at most 1 MiB here.');
});

test('a voice message is recorded in the browser and heard by another', async ({ stage, server }) => {
  const flags = [
    '--no-sandbox',
    '--disable-gpu',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
  ];
  const browser = await chromium.launch({ executablePath: executable('CHROMIUM'), args: flags });
  stage.ends(() => browser.close());
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.setsUp(server);
  await ana.opens('lobby');
  await ana.page.getByRole('button', { name: 'Record a voice message' }).click();
  const recorder = ana.page.getByRole('group', { name: 'Voice message' });
  await expect(recorder.getByText('0:02')).toBeVisible();
  await recorder.getByRole('button', { name: 'Done' }).click();
  await expect(ana.page.getByRole('list', { name: 'Files of this message' })).toContainText('Voice message');
  await ana.page.getByRole('button', { name: 'Send', exact: true }).click();
  const voice = ana.messages.getByRole('group', { name: /^Voice message, 0:0/ });
  await expect(voice.getByRole('button', { name: 'Play' })).toBeVisible({ timeout: 30_000 });
  await isAccessible(ana, 'a voice message');
  await voice.getByRole('button', { name: 'Play' }).click();
  await expect(voice.getByRole('slider')).not.toHaveValue('0');
});
