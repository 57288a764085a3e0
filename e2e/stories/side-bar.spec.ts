// The side bar in one's own order, and rooms that call as much as one wants: the same on all devices.
import { isAccessible } from '../fixtures/accessible.ts';
import { Person } from '../fixtures/person.ts';
import { join, post, Script, setUp } from '../fixtures/script.ts';
import type { Server } from '../fixtures/server.ts';
import { expect, test } from '../fixtures/test.ts';

async function withRooms(server: Server) {
  const ana = await setUp(server);
  const rooms = ['garden', 'kitchen', 'pantry'].map((name) =>
    post<{ room: { id: string } }>(server, 'room:create', { nonce: name, kind: 'public', name }, ana.token),
  );
  const [garden = ''] = (await Promise.all(rooms)).map(({ room }) => room.id);
  return { ana, garden };
}

const section = (person: Person, name: string) => person.sideBar.getByRole('region', { name });
const names = (person: Person, name: string) => section(person, name).getByRole('link');
const link = (person: Person, name: string) => person.sideBar.getByRole('link', { name });

/** Rows under the pointer have a button of their menu, once what works on all rows is there. */
async function hasMenus(person: Person) {
  await link(person, 'lobby').hover();
  await expect(person.page.getByRole('button', { name: 'Menu of lobby' })).toBeVisible();
}

/** Opens the menu of a room by its button and chooses. */
async function chooses(person: Person, room: string, item: string, role: 'menuitem' | 'menuitemradio' = 'menuitem') {
  await link(person, room).hover();
  await person.page.getByRole('button', { name: `Menu of ${room}` }).click();
  await person.page.getByRole(role, { name: item }).click();
}

test('rooms go into favourites and folders by menu, by drag and by key, on both devices of one person', async ({
  stage,
  browser,
  server,
}) => {
  await withRooms(server);
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  const other = await Person.arrive(stage, browser, server, 'Ana');
  await other.signsIn();

  // By a right click.
  await hasMenus(ana);
  await link(ana, 'pantry').click({ button: 'right' });
  await expect(ana.page.getByRole('menu', { name: 'Menu of pantry' })).toBeVisible();
  await isAccessible(ana, 'the menu of a room');
  await ana.page.getByRole('menuitem', { name: 'Add to favourites' }).click();
  await expect(names(ana, 'Favourites')).toHaveText(['pantry']);
  await expect(names(other, 'Favourites')).toHaveText(['pantry']);

  // By keys alone, into a folder that is new.
  await link(ana, 'kitchen').press('Shift+F10');
  await ana.page.getByRole('menuitem', { name: 'Move to a folder' }).press('Enter');
  await ana.page.getByRole('radio', { name: 'A new folder' }).press('Space');
  await ana.page.getByLabel('Name of the folder').fill('Home');
  await isAccessible(ana, 'the folder of a room');
  await ana.page.getByLabel('Name of the folder').press('Enter');
  await expect(names(ana, 'Home')).toHaveText(['kitchen']);
  await expect(names(other, 'Home')).toHaveText(['kitchen']);

  // By drag: before the one that is there.
  await link(ana, 'garden').dragTo(link(ana, 'kitchen'), { targetPosition: { x: 40, y: 3 } });
  await expect(names(ana, 'Home')).toHaveText(['garden', 'kitchen']);
  await expect(names(other, 'Home')).toHaveText(['garden', 'kitchen']);
  await chooses(ana, 'garden', 'Move down');
  await expect(names(other, 'Home')).toHaveText(['kitchen', 'garden']);
  await expect(names(other, 'Rooms')).toHaveText(['lobby']);
  await isAccessible(ana, 'the side bar with folders');
});

test('folders are made, ordered, renamed and removed, and what is folded stays so', async ({ ana, ben }) => {
  await hasMenus(ana);
  await ana.chooses('Add rooms', 'New folder');
  await ana.page.getByRole('textbox', { name: 'Name' }).fill('Work');
  await isAccessible(ana, 'a new folder');
  await ana.page.getByRole('button', { name: 'Create' }).click();
  await expect(section(ana, 'Work')).toContainText('Drag rooms here');
  await ana.chooses('Add rooms', 'New folder');
  await ana.page.getByRole('textbox', { name: 'Name' }).fill('Play');
  await ana.page.getByRole('button', { name: 'Create' }).click();
  await ana.chooses('Folder Play', 'Move up');
  const titles = ana.sideBar.getByRole('heading', { level: 2 });
  await expect(titles).toHaveText(['Play', 'Work', 'Rooms', 'Direct messages']);
  await link(ana, 'lobby').dragTo(section(ana, 'Work').getByRole('heading'));
  await expect(names(ana, 'Work')).toHaveText(['lobby']);
  await ana.chooses('Folder Work', 'Rename');
  await ana.page.getByRole('textbox', { name: 'Name' }).fill('At work');
  await ana.page.getByRole('button', { name: 'Rename' }).click();
  await expect(names(ana, 'At work')).toHaveText(['lobby']);
  await ana.chooses('Folder At work', 'Remove the folder');
  await expect(titles).toHaveText(['Play', 'Rooms', 'Direct messages']);
  await ana.page.getByRole('button', { name: 'Undo' }).click();
  await expect(names(ana, 'At work')).toHaveText(['lobby']);

  await ana.page.goto('/threads');
  await ana.sideBar.getByRole('button', { name: 'At work', exact: true }).click();
  await expect(link(ana, 'lobby')).toHaveCount(0);
  await ana.page.reload();
  await expect(ana.sideBar.getByRole('button', { name: 'At work', exact: true })).toHaveAttribute(
    'aria-expanded',
    'false',
  );
  await expect(link(ana, 'lobby')).toHaveCount(0);
  // What calls shows all the same, and it alone when nothing else is wanted.
  await ben.says('tea?');
  await expect(link(ana, 'lobby')).toHaveText('lobby 1 unread');
  await ana.page.getByRole('button', { name: 'Only unread rooms' }).click();
  await expect(titles).toHaveText(['At work']);
});

test('a room is left from its menus, which ask first and say how one comes back', async ({
  stage,
  browser,
  server,
}) => {
  const { ana: owner, garden } = await withRooms(server);
  const attic = { nonce: 'attic', kind: 'private', name: 'attic' };
  const { room } = await post<{ room: { id: string } }>(server, 'room:create', attic, owner.token);
  const { user } = await join(server, owner, 'Ben');
  const add = (id: string) => post(server, 'member:add', { room: id, nonce: id, users: [user.id] }, owner.token);
  await Promise.all([garden, room.id].map(add));
  const ben = await Person.arrive(stage, browser, server, 'Ben');
  await ben.signsIn();
  await ben.opens('garden');
  await hasMenus(ben);
  const dialog = ben.page.getByRole('dialog');

  await chooses(ben, 'attic', 'Leave the room…');
  await expect(dialog).toContainText('come back only when somebody adds you');
  await isAccessible(ben, 'leaving a room');
  await dialog.getByRole('button', { name: 'Stay' }).click();
  await expect(link(ben, 'attic')).toBeVisible();
  await chooses(ben, 'attic', 'Leave the room…');
  await dialog.getByRole('button', { name: 'Leave' }).click();
  await expect(link(ben, 'attic')).toHaveCount(0);
  await expect(ben.page.getByRole('heading', { level: 1 })).toContainText('garden');

  await post(server, 'member:add', { room: room.id, nonce: 'again', users: [user.id] }, owner.token);
  await expect(ben.page.getByText('Ana added you to attic')).toBeVisible();
  await isAccessible(ben, 'added to a room');
  await ben.page.getByRole('link', { name: 'Open', exact: true }).click();
  await expect(ben.page.getByRole('heading', { level: 1 })).toContainText('attic');
  await chooses(ben, 'attic', 'Copy link');
  await expect(ben.page.getByText('The link is on the clipboard.')).toBeVisible();
  await ben.opens('garden');

  await ben.chooses('Room menu', 'Leave the room…');
  await expect(dialog).toContainText('join it again');
  await dialog.getByRole('button', { name: 'Leave' }).click();
  await expect(link(ben, 'garden')).toHaveCount(0);
  await expect(ben.page.getByRole('heading', { level: 1 })).toContainText('attic');
});

test('a room calls with everything, with mentions or not at all, by menu and by command', async ({
  stage,
  browser,
  server,
}) => {
  const { ana: owner, garden } = await withRooms(server);
  const ben = await Script.connect(server, (await join(server, owner, 'Ben')).token);
  stage.ends(async () => ben.close());
  await ben.room('garden');
  const ana = await Person.arrive(stage, browser, server, 'Ana');
  await ana.signsIn();
  const phone = await Person.arrive(stage, browser, server, 'Ana', { viewport: { width: 390, height: 780 } });
  await phone.signsIn();
  await phone.page.goto('/');
  await ana.opens('lobby');

  await chooses(ana, 'garden', 'Notify of mentions', 'menuitemradio');
  await ben.say(garden, 'the roses bloom');
  await ben.say(garden, 'come and see, @ana');
  await expect(link(ana, 'garden')).toHaveText('garden 1 message for you, 1 unread');
  await expect(link(phone, 'garden')).toHaveText('garden 1 message for you, 1 unread');
  await expect(ana.page).toHaveTitle(/^\(1\)/);
  await chooses(ana, 'garden', 'Mute', 'menuitemradio');
  await expect(link(ana, 'garden')).toHaveText('garden , muted');
  await expect(link(phone, 'garden')).toHaveText('garden , muted');
  await expect(ana.page).not.toHaveTitle(/^\(/);
  await expect(ana.sideBar.getByRole('link', { name: 'Catch up' })).toHaveText('Catch up');
  await isAccessible(phone, 'the side bar on a phone');

  // On a phone the room's own menu leads there; a command does it in one line.
  await phone.opens('garden');
  await phone.chooses('Room menu', 'Notifications and folder');
  await expect(phone.page.getByRole('radio', { name: 'Nothing' })).toBeChecked();
  await isAccessible(phone, 'what one wants of a room');
  await phone.page.getByRole('radio', { name: 'Everything' }).check();
  await phone.page.getByRole('button', { name: 'Save' }).click();
  await expect(link(ana, 'garden')).not.toContainText('muted');
  await phone.composer.fill('/mute');
  await phone.composer.press('Enter');
  await expect(link(ana, 'garden')).toContainText('muted');
});
