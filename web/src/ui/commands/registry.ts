// The commands that begin with a slash: one table with what each is called, takes and does.

import type { Engine, RoomView } from '../../lib';
import type { Place } from '../composer/place';
import { atLeast } from '../parts/people';
import { longTime } from '../parts/times';
import type { Screen } from '../shell/screen.svelte';
import { type Timed, timeAt } from './when';

/** What a command acts on. */
export interface Asked {
  readonly engine: Engine;
  readonly screen: Screen;
  readonly place: Place;
  readonly nowMs: number;
}

/** What comes of a command: a message to send, a note to the writer, or nothing to tell. */
export type Outcome = { readonly send: string } | { readonly tell: string } | undefined;

export interface Command {
  readonly name: string;
  /** What stands behind the name, such as "@somebody". */
  readonly takes: string;
  readonly help: string;
  /** Whether it is offered here, to this user. Always without it. */
  may?(room: RoomView, engine: Engine): boolean;
  run(words: string, asked: Asked): Outcome | Promise<Outcome>;
}

/** The words behind a command are not what it takes. The message is for the writer. */
export class Misuse extends Error {}

const SHRUG = '¯\\\\\\_(ツ)\\_/¯';

export const COMMANDS: readonly Command[] = [
  {
    name: 'dm',
    takes: '@somebody message',
    help: 'Write to somebody directly',
    may: (_, engine) => atLeast(engine.me?.role, 'member'),
    async run(words, { engine, screen }) {
      const { users, rest } = await named(words, engine);
      await screen.talkTo(users);
      if (rest !== '') screen.room?.send(rest);
      return undefined;
    },
  },
  {
    name: 'help',
    takes: '',
    help: 'Show all commands',
    run(_, { screen, place }) {
      screen.open({ name: 'commands', room: place.room });
      return undefined;
    },
  },
  {
    name: 'invite',
    takes: '@somebody',
    help: 'Add people to this room',
    may: (room) => room.room.kind !== 'direct' && atLeast(room.role, 'member'),
    async run(words, { engine, place }) {
      const { users, names } = await named(words, engine);
      await place.room.addMembers(users);
      return { tell: `Added: ${names.join(', ')}` };
    },
  },
  {
    name: 'leave',
    takes: '',
    help: 'Leave this room',
    may: (room) => room.room.kind !== 'direct',
    async run(_, { place }) {
      await place.room.leave();
      return { tell: `You left ${place.room.title}` };
    },
  },
  {
    name: 'me',
    takes: 'does something',
    help: 'Say what you do',
    run: (words) => ({ send: `_${wanted(words, 'What do you do? Such as: /me puts the kettle on')}_` }),
  },
  {
    name: 'mute',
    takes: '',
    help: 'Mute this room, mentions too, or hear it again',
    async run(_, { engine, place: { room } }) {
      const want = engine.preferences.of(room.id);
      const muted = want.level === 'nothing';
      await engine.preferences.set([{ ...want, level: muted ? 'all' : 'nothing' }]);
      return {
        tell: muted ? `You hear of ${room.title} again.` : `${room.title} is muted, mentions too. /mute ends it.`,
      };
    },
  },
  {
    name: 'poll',
    takes: 'question',
    help: 'Ask with a poll',
    run(words, { screen, place }) {
      screen.open({ name: 'poll', place, question: words });
      return undefined;
    },
  },
  {
    name: 'remind',
    takes: 'me tomorrow 9:00 water the roses',
    help: 'Remind yourself of something',
    async run(words, { engine, nowMs }) {
      const { atMs, rest } = timed(words.replace(/^me\b\s*/iu, ''), nowMs);
      const text = wanted(rest.replace(/^(?:to|of|about)\s+/iu, ''), 'Of what? Such as: /remind me at 17:00 tea');
      await (await engine.later()).remind({ atMs, text });
      return { tell: `You will be reminded ${longTime(atMs)}` };
    },
  },
  {
    name: 'reminders',
    takes: '',
    help: 'Show your reminders',
    run(_, { screen }) {
      screen.open({ name: 'later', part: 'reminders' });
      return undefined;
    },
  },
  {
    name: 'schedule',
    takes: 'tomorrow 9:00 message',
    help: 'Send a message later',
    async run(words, { engine, place, nowMs }) {
      const { atMs, rest } = timed(words, nowMs);
      const text = wanted(rest, 'Which message? Such as: /schedule tomorrow 9:00 Good morning');
      await (await engine.later()).schedule(place.room.id, text, atMs);
      return { tell: `It will be sent ${longTime(atMs)}` };
    },
  },
  {
    name: 'shrug',
    takes: 'message',
    help: 'Shrug at the end of a message',
    run: (words) => ({ send: words === '' ? SHRUG : `${words} ${SHRUG}` }),
  },
  {
    name: 'topic',
    takes: 'what this room is about',
    help: 'Change the topic of this room',
    may: (room) => room.canModerate,
    async run(words, { place }) {
      await place.room.change({ topic: words });
      return { tell: words === '' ? 'The topic is gone' : 'The topic is changed' };
    },
  },
];

/** The command of this name, if it is offered here. */
export function commandNamed(name: string, room: RoomView, engine: Engine): Command | undefined {
  return offered(room, engine).find((command) => command.name === name.toLowerCase());
}

/** The commands that are offered in a room. */
export function offered(room: RoomView, engine: Engine): Command[] {
  return COMMANDS.filter((command) => command.may?.(room, engine) ?? true);
}

function wanted(words: string, question: string): string {
  if (words.trim() === '') throw new Misuse(question);
  return words.trim();
}

function timed(words: string, nowMs: number): Timed {
  const found = timeAt(words, nowMs);
  if (!found) throw new Misuse('When? Such as: in 20 minutes, tomorrow 9:00, friday at 5pm, 2026-12-24 18:00');
  return found;
}

/** The people that the words begin with. */
async function named(words: string, engine: Engine): Promise<{ users: string[]; names: string[]; rest: string }> {
  const found = /^(?:\s*@[a-z0-9._-]+[\s,]*)+/iu.exec(words)?.[0] ?? '';
  const usernames = [...found.matchAll(/@([a-z0-9._-]+)/giu)].map(([, username = '']) => username.toLowerCase());
  if (usernames.length === 0) throw new Misuse('Whom? Such as: @ana');
  const people = await Promise.all(
    usernames.map(async (username) => {
      const user = (await engine.users.find(username)).find((one) => one.username === username && !one.disabled);
      if (!user) throw new Misuse(`Nobody here has the username @${username}`);
      return user;
    }),
  );
  return {
    users: people.map(({ id }) => id),
    names: people.map(({ name }) => name),
    rest: words.slice(found.length).trim(),
  };
}
