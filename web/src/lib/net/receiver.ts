import type {
  Ended,
  Entry,
  MyEntry,
  PresenceChanged,
  Pushes,
  RoomHead,
  TypingChanged,
  User,
  Workspace,
} from '../protocol.gen';

/** Who gets which push. */
export interface Receivers {
  entry(entry: Entry): void;
  mine(entry: MyEntry): void;
  head(head: RoomHead): void;
  lagged(): void;
  user(user: User): void;
  workspace(workspace: Workspace): void;
  presence(presence: PresenceChanged): void;
  typing(typing: TypingChanged): void;
  ended(why: Ended): void;
}

type Table = { [K in keyof Pushes]: (payload: Pushes[K]) => void };

/** The table of pushes: every name of the protocol and where it goes. Unknown names, of a newer server, go nowhere. */
export class Receiver {
  readonly #table: Table;

  constructor(to: Receivers) {
    const entry = (payload: Entry) => to.entry(payload);
    const mine = (payload: MyEntry) => to.mine(payload);
    this.#table = {
      'room:created': entry,
      'room:changed': entry,
      'member:joined': entry,
      'member:left': entry,
      'member:changed': entry,
      'message:created': entry,
      'message:edited': entry,
      'message:deleted': entry,
      'reaction:added': entry,
      'reaction:removed': entry,
      'message:previewed': entry,
      'poll:voted': entry,
      'poll:closed': entry,
      'message:pinned': entry,
      'message:unpinned': entry,
      'my:room_joined': mine,
      'my:room_left': mine,
      'my:read_marked': mine,
      'my:message_saved': mine,
      'my:message_unsaved': mine,
      'my:thread_followed': mine,
      'my:thread_unfollowed': mine,
      'my:thread_marked': mine,
      'my:rooms_preferred': mine,
      'my:put_away': mine,
      'my:settings_changed': mine,
      'my:reminder_set': mine,
      'my:reminder_due': mine,
      'my:reminder_done': mine,
      'my:draft_changed': mine,
      'my:scheduled_set': mine,
      'my:scheduled_deleted': mine,
      'my:scheduled_sent': mine,
      'room:head': (head) => to.head(head),
      'user:changed': (user) => to.user(user),
      'workspace:changed': (workspace) => to.workspace(workspace),
      'presence:changed': (presence) => to.presence(presence),
      'typing:changed': (typing) => to.typing(typing),
      lagged: () => to.lagged(),
      'session:ended': ({ why }) => to.ended(why),
    };
  }

  push<K extends keyof Pushes>(name: K, payload: Pushes[K]): void {
    if (Object.hasOwn(this.#table, name)) this.#table[name](payload);
  }
}
