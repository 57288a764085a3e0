import { World } from './world';

/** A browser and ben, who writes from elsewhere; the lobby is open. */
export async function lobby(user = 'ana') {
  const world = new World(user);
  world.server.addUser('ben');
  world.server.addRoom('lobby', ['ana', 'ben']);
  const engine = world.open();
  await world.pass(1_000);
  const room = engine.room('lobby');
  if (!room) throw new Error('the lobby is there after the first sync');
  await room.timeline.openAt('unread');
  return { world, engine, room, ben: (text: string) => world.server.say('lobby', 'ben', text) };
}
