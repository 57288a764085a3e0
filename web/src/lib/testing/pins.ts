import { Failure } from '../failure';
import type { Calls, Message } from '../protocol.gen';
import type { Body } from './views';

/** What pins need of the model. */
interface Model {
  message(room: string, seq: number): Message;
  head(room: string): number;
  write(user: string, room: string, nonce: string, body: Body): Calls['message:pin']['reply'];
}

export function pinCalls(user: string, model: Model) {
  const turn =
    (on: boolean) =>
    ({ room, seq, nonce }: Calls['message:pin']['request']) => {
      const { pinned, deleted } = model.message(room, seq);
      if (deleted) throw new Failure('conflict', 'deleted');
      if (pinned === on) return { room, seq: model.head(room) };
      return model.write(user, room, nonce, { type: on ? 'message:pinned' : 'message:unpinned', message: seq });
    };
  return { 'message:pin': turn(true), 'message:unpin': turn(false) };
}
