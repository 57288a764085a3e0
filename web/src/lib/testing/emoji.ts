import type { Calls, CustomEmoji, Emoji, Workspace } from '../protocol.gen';
import type { ModelServer } from './model';

/** The workspace's own emoji, and the workspace that tells how often they were changed. */
export class OwnEmoji {
  workspace: Workspace = { name: 'Model', door: 'invited', emoji: 0 };
  #emoji: readonly Emoji[] = [];

  constructor(private readonly model: ModelServer) {}

  calls(user: string) {
    return {
      'emoji:list': (): CustomEmoji => ({ version: this.workspace.emoji, emoji: [...this.#emoji] }),
      'emoji:remove': ({ name }: Calls['emoji:remove']['request']) => {
        this.change(this.#emoji.filter((one) => one.name !== name || one.by !== user));
        return {};
      },
    };
  }

  /** Somebody adds one. */
  add(by: string, name: string, picture: string): void {
    this.change([...this.#emoji, { name, picture, by }]);
  }

  private change(emoji: readonly Emoji[]): void {
    this.#emoji = emoji;
    this.workspace = { ...this.workspace, emoji: this.workspace.emoji + 1 };
    for (const user of this.model.users.keys()) {
      this.model.onPush(user, { name: 'workspace:changed', payload: this.workspace });
    }
  }
}
