import type { CallFailure, FailureCode } from './api';
import type { Error as Refusal } from './protocol.gen';

/** A call that did not work, with one of the closed codes. */
export class Failure extends Error implements CallFailure {
  override readonly name = 'Failure';

  constructor(
    readonly code: FailureCode,
    message: string,
    readonly retryAfterMs: number | undefined = undefined,
  ) {
    super(message);
  }

  /** From a refusal as it came over the wire; anything of another shape counts as a fault of the server. */
  static of(refusal: unknown): Failure {
    if (typeof refusal !== 'object' || refusal === null || !('code' in refusal) || !('message' in refusal)) {
      return new Failure('internal', 'The server gave an answer that could not be read.');
    }
    const { code, message, retry_after_ms } = refusal as Refusal;
    return new Failure(code, message, retry_after_ms);
  }

  /** The server could not be reached, or did not answer in time: whether the call was done is unknown. */
  static offline(): Failure {
    return new Failure('offline', 'The server can’t be reached right now.');
  }
}

/** What was thrown, as a `Failure`. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure('internal', thrown instanceof Error ? thrown.message : 'Something went wrong.');
}

/** What a refusal means for a change that waits in the outbox. */
export type Verdict = 'refused' | 'wait' | 'unknown' | 'signed_out';

/** Codes by which the server says that repeating can't help count as refused; all others keep the change. */
export function verdict(code: FailureCode): Verdict {
  switch (code) {
    case 'rate_limited':
    case 'unavailable':
      return 'wait';
    case 'internal':
    case 'offline':
      return 'unknown';
    case 'unauthenticated':
      return 'signed_out';
    default:
      return 'refused';
  }
}
