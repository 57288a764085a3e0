// Previews of links: a card below the message that moves nothing, and is taken off by its author.
import { isAccessible } from '../fixtures/accessible.ts';
import { Internet } from '../fixtures/internet.ts';
import { expect, test as base } from '../fixtures/test.ts';

const test = base.extend<{ internet: Internet }>({
  internet: async ({ stage }, use) => {
    const internet = new Internet();
    await internet.start(stage);
    await use(internet);
  },
  server: async ({ stage, internet }, use) => {
    await use(await stage.server({ PARLOR_LINK_PREVIEWS: 'true' }, [internet.flag]));
  },
});

/** A picture of a tree on a hill, as a JPEG, drawn by a page. */
function draw(): string {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [800, 420];
  const context = canvas.getContext('2d')!;
  for (const [colour, x, y, radius] of [
    ['#cfe3ea', 400, 210, 600],
    ['#7fa36b', 400, 900, 620],
    ['#5b4636', 400, 300, 18],
    ['#4f7d4a', 400, 200, 110],
  ] as const) {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.fill();
  }
  return canvas.toDataURL('image/jpeg').split(',')[1]!;
}

test('a link gets a card with its picture, which nothing outside hears of, and its author takes it off', async ({
  internet,
  ana,
  ben,
}) => {
  internet.picture = Buffer.from(await ana.page.evaluate(draw), 'base64');
  await ana.says('See you at http://garden.test/party');
  const message = ben.message('See you at');
  const card = message.getByRole('list', { name: 'Previews of links' }).getByRole('listitem');
  await expect(card.getByRole('link', { name: /garden\.test.*The Garden Club.*A garden party/s })).toBeVisible();
  const picture = card.getByRole('img', { name: 'The pear tree' });
  await expect(picture).toHaveJSProperty('complete', true);
  expect(await picture.evaluate((image: HTMLImageElement) => [image.naturalWidth, new URL(image.src).origin])).toEqual([
    640,
    new URL(ben.page.url()).origin,
  ]);
  expect(Math.round((await card.boundingBox())?.height ?? 0)).toBe(88);
  await expect(card.getByRole('button')).toHaveCount(0);
  await ben.isSettled();
  await isAccessible(ben, 'a preview');

  await ana.message('See you at').getByRole('button', { name: 'Remove the preview of garden.test' }).click();
  await expect(card).toHaveCount(0);
  await expect(ana.message('See you at')).toBeFocused();
  await expect(ana.message('See you at').getByRole('listitem')).toHaveCount(0);

  await ana.chooses('Room menu', 'Room settings');
  await ana.page.getByRole('switch', { name: 'Previews of links' }).click();
  await ana.page.getByRole('button', { name: 'Save', exact: true }).click();
  await ana.says('Again at http://other.test/party');
  await expect(ben.message('Again at')).toBeVisible();
  // Before the reload: what that shows first was kept up to a second before, and may ask for the picture that is gone.
  expect([...ana.faults, ...ben.faults]).toEqual([]);
  await ana.page.reload();
  await expect(ana.message('Again at')).toBeVisible();
  expect(internet.asked.filter((host) => host !== 'garden.test')).toEqual([]);
});
