import type { PollBegin, RoomView, ThreadView } from '../../lib';

/** Where one writes: a room itself, or a thread in it. The composer is the same for both. */
export interface Place {
  readonly room: RoomView;
  /** Seq of the message whose thread it is; undefined in the room itself. */
  readonly thread: number | undefined;
  /** What the text box is called, such as "Write in lobby". */
  readonly prompt: string;
  /** What the button does. */
  readonly verb: 'Send' | 'Post';
  send(text: string, replyTo?: number, uploads?: readonly string[]): void;
  /** Begins a poll. */
  ask(question: string, poll: PollBegin): void;
}

/** The room itself as a place to write. */
export function roomPlace(room: RoomView): Place {
  const post = room.room.style === 'feed';
  const direct = room.room.kind === 'direct';
  const whom = room.others.length === 0 ? 'yourself' : room.title;
  return {
    room,
    thread: undefined,
    prompt: post ? 'Write a post' : direct ? `Write to ${whom}` : `Write in ${room.title}`,
    verb: post ? 'Post' : 'Send',
    send: (text, replyTo, uploads) => room.send(text, replyTo, uploads),
    ask: (text, poll) => room.post({ text, poll }),
  };
}

/** A thread as a place to write. `inRoom` tells whether a reply shall stand in the room's timeline as well. */
export function threadPlace(thread: ThreadView, inRoom: () => boolean): Place {
  return {
    room: thread.room,
    thread: thread.root,
    prompt: thread.room.room.style === 'feed' ? 'Comment on the post' : 'Reply in the thread',
    verb: 'Send',
    send: (text, replyTo, uploads) => thread.send(text, replyTo, inRoom(), uploads),
    ask: (text, poll) => thread.room.post({ text, poll, thread: thread.root, also_in_room: inRoom() }),
  };
}

/** The name under which a place's draft is kept. */
export function draftKey({ room, thread }: Pick<Place, 'room' | 'thread'>): string {
  return thread === undefined ? room.id : `${room.id}/${thread}`;
}
