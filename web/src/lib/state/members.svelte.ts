import { untrack } from 'svelte';
import type { MemberBook } from '../api';
import type { Ask } from '../net/ask';
import type { Entry, RoomMember, User } from '../protocol.gen';

/** What a member list takes from the engine. */
export interface MemberParts {
  readonly ask: Ask;
  learnUsers(users: readonly User[]): void;
  user(id: string): User | undefined;
}

/** The members of a room: loaded when somebody looks, then kept current by the room's entries. */
export class MemberView implements MemberBook {
  list = $state.raw<readonly RoomMember[]>([]);
  loading = $state.raw(false);
  more = $state.raw(false);
  #loaded = false;
  /** Entries came while a page was read, which may or may not have them. */
  #overtaken = false;

  constructor(
    private readonly room: string,
    private readonly parts: MemberParts,
  ) {}

  async load(): Promise<void> {
    if (!this.#loaded && !untrack(() => this.loading)) await this.#page(undefined);
  }

  async loadMore(): Promise<void> {
    const { more, loading, list } = untrack(() => ({ more: this.more, loading: this.loading, list: this.list }));
    if (more && !loading) await this.#page(list.at(-1)?.user.username);
  }

  /** The room's log went on. */
  apply(entry: Entry): void {
    if (!entry.type.startsWith('member:')) return;
    this.#overtaken = this.loading;
    if (!this.#loaded) return;
    if (entry.type === 'member:left') this.list = this.list.filter(({ user }) => user.id !== entry.user);
    else if (entry.type === 'member:changed') this.#put(entry.user, entry.role);
    else if (entry.type === 'member:joined') this.#put(entry.user, entry.role);
  }

  /** Somebody's name or picture changed. */
  refresh(users: readonly User[]): void {
    const changed = new Map(users.map((user) => [user.id, user]));
    if (!this.list.some(({ user }) => changed.has(user.id))) return;
    this.list = this.list.map((member) => ({ ...member, user: changed.get(member.user.id) ?? member.user }));
  }

  /** Entries were missed: what is listed may be wrong. */
  reset(): void {
    if (!this.#loaded) return;
    this.#loaded = false;
    void this.load().catch(() => undefined);
  }

  #put(id: string, role: RoomMember['role']): void {
    const user = this.list.find((member) => member.user.id === id)?.user ?? this.parts.user(id);
    // Somebody new whose name is still being looked up: the whole list is read again.
    if (!user) return this.reset();
    const others = this.list.filter((member) => member.user.id !== id);
    // Beyond the pages that are loaded, they come with theirs.
    if (this.more && user.username > (this.list.at(-1)?.user.username ?? '')) return;
    this.list = sorted([...others, { user, role }]);
  }

  async #page(after: string | undefined): Promise<void> {
    this.loading = true;
    this.#overtaken = false;
    try {
      const page = await this.parts.ask('member:list', { room: this.room, ...(after === undefined ? {} : { after }) });
      this.parts.learnUsers(page.members.map(({ user }) => user));
      const known = after === undefined ? [] : this.list;
      const listed = new Set(page.members.map(({ user }) => user.id));
      this.list = sorted([...known.filter(({ user }) => !listed.has(user.id)), ...page.members]);
      this.more = page.more;
      this.#loaded = true;
    } finally {
      this.loading = false;
    }
    if (this.#overtaken) this.reset();
  }
}

function sorted(members: readonly RoomMember[]): RoomMember[] {
  return members.toSorted((a, b) => (a.user.username < b.user.username ? -1 : 1));
}
