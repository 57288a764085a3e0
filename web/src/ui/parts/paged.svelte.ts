import { Task } from './task.svelte';

/** One page of a list that the server holds. */
export interface Slice<T, Cursor> {
  readonly items: readonly T[];
  /** Where the next page begins; undefined at the end. */
  readonly next: Cursor | undefined;
}

/** A list of the server's, read page by page, as state. */
export class PagedList<T, Cursor> {
  /** What was read; undefined before the first answer. */
  items = $state.raw<readonly T[]>();
  next = $state.raw<Cursor>();
  readonly task = new Task();

  constructor(private readonly read: (before: Cursor | undefined) => Promise<Slice<T, Cursor>>) {}

  /** Reads from the start; what stands there stays until the answer is here. */
  look(): Promise<boolean> {
    return this.#read(undefined);
  }

  /** Reads on. */
  more(): Promise<boolean> {
    return this.#read(this.next);
  }

  #read(before: Cursor | undefined): Promise<boolean> {
    return this.task.run(async () => {
      const { items, next } = await this.read(before);
      this.items = before === undefined ? items : [...(this.items ?? []), ...items];
      this.next = next;
    });
  }
}
