import { SvelteMap } from 'svelte/reactivity';
import type { UserBook } from '../api';
import type { Ask } from '../net/ask';
import type { User } from '../protocol.gen';

const AT_ONCE = 200;

/** People by id, as state for each one. */
export class UserDirectory implements UserBook {
  #users = new SvelteMap<string, User>();
  #asked = new Set<string>();
  #wanted = new Set<string>();

  constructor(
    private readonly ask: Ask,
    private readonly learned: (users: readonly User[]) => void,
  ) {}

  get(id: string): User | undefined {
    const user = this.#users.get(id);
    if (!user && !this.#asked.has(id)) this.#want(id);
    return user;
  }

  async find(query: string): Promise<User[]> {
    const { users } = await this.ask('user:list', { query });
    this.put(users);
    return users;
  }

  /** Takes what the server told of some people. */
  put(users: readonly User[]): void {
    const news = users.filter((user) => !equal(this.#users.get(user.id), user));
    for (const user of news) this.#users.set(user.id, user);
    if (news.length > 0) this.learned(news);
  }

  /** Unknown people may be looked up again: the connection is back. */
  again(): void {
    this.#asked.clear();
  }

  clear(): void {
    this.#users.clear();
    this.#asked.clear();
    this.#wanted.clear();
  }

  #want(id: string): void {
    this.#asked.add(id);
    if (this.#wanted.size === 0) queueMicrotask(() => void this.#lookUp());
    this.#wanted.add(id);
  }

  async #lookUp(): Promise<void> {
    const ids = [...this.#wanted];
    this.#wanted.clear();
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      const some = ids.slice(start, start + AT_ONCE);
      const found = await this.ask('user:get', { users: some }).catch(() => undefined);
      if (found) this.put(found.users);
      else for (const id of some) this.#asked.delete(id);
    }
  }
}

function equal(a: User | undefined, b: User): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
