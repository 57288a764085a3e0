import { Failure } from '../failure';
import { begun } from '../log/polls';
import type { Calls, Entry, Message, MessageSend } from '../protocol.gen';
import type { Body } from './views';

/** What polls need of the model. */
interface Model {
  message(room: string, seq: number): Message;
  append(room: string, by: string, body: Body): number;
}

/** Who has chosen what in the polls of the model. */
export class Votes {
  #byMessage = new Map<string, Map<string, readonly number[]>>();

  calls(user: string, model: Model) {
    return {
      'poll:vote': ({ room, seq, choices }: Calls['poll:vote']['request']) => {
        const { by, body } = this.#cast(user, open(model.message(room, seq)), choices);
        return { room, seq: model.append(room, by, body) };
      },
      'poll:close': ({ room, seq }: Calls['poll:close']['request']) => {
        open(model.message(room, seq));
        return { room, seq: model.append(room, user, { type: 'poll:closed', message: seq }) };
      },
    };
  }

  /** The entry that a vote leads to, and who stands in it. */
  #cast(user: string, { room, seq, by, poll }: Message, choices: readonly number[]): { by: string; body: Body } {
    const votes = this.#byMessage.get(`${room}/${seq}`) ?? new Map<string, readonly number[]>();
    this.#byMessage.set(`${room}/${seq}`, votes);
    if (choices.length > 0) votes.set(user, choices);
    else votes.delete(user);
    if (!poll?.hidden) return { by: user, body: { type: 'poll:voted', message: seq, choices: [...choices] } };
    const all = [...votes.values()];
    const tally = {
      votes: poll.options.map((_, at) => all.filter((chosen) => chosen.includes(at)).length),
      voters: all.length,
    };
    return { by, body: { type: 'poll:voted', message: seq, choices: [], tally } };
  }
}

function open(message: Message): Message {
  if (!message.poll || message.poll.closed) throw new Failure('conflict', 'no open poll');
  return message;
}

/** What a message is posted with, as its entry has it. */
export function brought(
  model: Model,
  poll: MessageSend['poll'],
  from: MessageSend['forward'],
): Pick<Extract<Entry, { type: 'message:created' }>, 'poll' | 'forwarded'> {
  if (!from) return poll ? { poll: begun(poll) } : {};
  const { room, seq, by, at_ms, text, html, forwarded } = model.message(from.room, from.seq);
  return { forwarded: forwarded ?? { room, seq, by, at_ms, text, html } };
}
