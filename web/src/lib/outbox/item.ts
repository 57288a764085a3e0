import type { Calls, Forwarded } from '../protocol.gen';

/** The calls that go through the outbox. */
export type OutboxCall =
  | 'message:send'
  | 'message:edit'
  | 'message:delete'
  | 'message:pin'
  | 'message:unpin'
  | 'reaction:add'
  | 'reaction:remove'
  | 'poll:vote'
  | 'poll:close'
  | 'thread:follow'
  | 'thread:unfollow'
  | 'catchup:put_away';

/** A call with its request, which carries room and nonce. */
export type Change = {
  [K in OutboxCall]: {
    call: K;
    request: Calls[K]['request'];
    /** Keys of the files on this device that a message waits for; its request gets them when they are uploaded. */
    uploads?: readonly string[];
    /** What a message passes on, to be shown until the log brings it. */
    forwarded?: Forwarded;
  };
}[OutboxCall];

/** One change that the user made on this device. */
export interface OutboxItem {
  readonly change: Change;
  /** Whose change it is. */
  readonly user: string;
  /** The epoch of the logs it was made in: in another one its seqs mean nothing. */
  readonly epoch: string | undefined;
  /** Ascending in the order in which the user made the changes. */
  readonly order: number;
  readonly createdAtMs: number;
  /** `sent` ones are no longer kept, but shown until the log brings them. */
  readonly state: 'queued' | 'sending' | 'failed' | 'sent';
  /** It is not sent before this time, in milliseconds since 1970, so that it can be called back. */
  readonly heldUntil?: number;
  /** Why it failed, for a person. */
  readonly failure?: string;
  /** Where it stands in the log, once sent. */
  readonly seq?: number;
}

/** Whether a change can be called back as a text to write on. */
export function isText({ call, request, uploads }: Change): boolean {
  return call === 'message:send' && !uploads?.length && !('poll' in request) && !('forward' in request);
}
