import { untrack } from 'svelte';
import type { CallFailure } from '../../lib';
import { sentence } from './sentence';

/** Something the user asked for and waits on: whether it runs and why it failed, as state. */
export class Task {
  busy = $state(false);
  problem = $state.raw<string | null>(null);

  /**
   * Does it unless it runs already. Tells whether it succeeded; a failure is in `problem`, in words. Untracked, so that an
   * effect may call it.
   */
  run(work: () => Promise<unknown>): Promise<boolean> {
    return untrack(() => this.#run(work));
  }

  async #run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.problem = wordsOf(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

/** What a refusal says to a person. */
export function wordsOf(thrown: unknown): string {
  const failure = thrown as Partial<CallFailure>;
  if (failure.code === 'offline')
    return 'The server can’t be reached. Nothing was changed; try again when you are online.';
  if (failure.code === 'rate_limited' && failure.retryAfterMs !== undefined) {
    const seconds = Math.max(1, Math.ceil(failure.retryAfterMs / 1000));
    return `That was too often. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
  }
  return sentence(failure.message ?? 'Something went wrong. Try again.');
}
