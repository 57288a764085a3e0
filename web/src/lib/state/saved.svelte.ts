import type { SavedBook } from '../api';

/** Which messages the user has saved, as state. */
export class SavedSet implements SavedBook {
  #keys = $state.raw<ReadonlySet<string>>(new Set());

  has(room: string, seq: number): boolean {
    return this.#keys.has(`${room}/${seq}`);
  }

  /** As it is kept on this device. */
  get keys(): readonly string[] {
    return [...this.#keys];
  }

  load(keys: readonly string[]): void {
    this.#keys = new Set(keys);
  }

  loadAll(seqs: Readonly<Record<string, readonly number[]>>): void {
    this.load(Object.entries(seqs).flatMap(([room, list]) => list.map((seq) => `${room}/${seq}`)));
  }

  set(room: string, seq: number, is: boolean): void {
    const others = this.keys.filter((key) => key !== `${room}/${seq}`);
    this.load(is ? [...others, `${room}/${seq}`] : others);
  }
}
