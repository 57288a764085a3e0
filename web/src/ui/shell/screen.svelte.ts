import { createContext } from 'svelte';
import type { Engine, Folder, Forwarded, RoomView, User, UserId } from '../../lib';
import type { Place } from '../composer/place';
import type { EmojiBooks } from '../emoji/books';
import type { Router } from '../router.svelte';
import type { Searching } from '../search/searching.svelte';

/** A dialog over the whole screen. */
export type DialogName =
  | { readonly name: 'create-room' | 'browse' | 'direct' | 'switcher' | 'keys' }
  | { readonly name: 'invite'; readonly room: RoomView | undefined }
  | { readonly name: 'room-settings' | 'add-members' | 'leave' | 'date' | 'preferences'; readonly room: RoomView }
  | { readonly name: 'folder'; readonly folder: Folder | undefined }
  | { readonly name: 'profile'; readonly user: UserId }
  | { readonly name: 'remove'; readonly room: RoomView; readonly user: User }
  | { readonly name: 'commands'; readonly room: RoomView }
  | { readonly name: 'forward'; readonly forwarded: Forwarded; readonly from: { room: string; seq: number } }
  | { readonly name: 'poll'; readonly place: Place; readonly question: string }
  | { readonly name: 'later'; readonly part: 'scheduled' | 'reminders' }
  | { readonly name: 'when'; readonly title: string; readonly verb: string; pick(atMs: number): Promise<void> };

/** What is on the screen beyond what the address says: the open dialog and what several parts share. */
export class Screen {
  dialog = $state.raw<DialogName | null>(null);
  /** Read by `booksOf`. */
  emoji: EmojiBooks | undefined;
  /** The search that was begun last, so that one can come back to it. */
  searching: Searching | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly router: Router,
  ) {}

  /** The room that is on the screen, if the user is in it. */
  get room(): RoomView | undefined {
    const { route } = this.router;
    return route.name === 'room' ? this.engine.room(route.room) : undefined;
  }

  open(dialog: DialogName): void {
    this.dialog = dialog;
  }

  close(): void {
    this.dialog = null;
  }

  /** Opens the direct room with somebody. */
  async talkTo(users: readonly UserId[]): Promise<void> {
    const room = await this.engine.openDirect(users);
    this.close();
    this.router.go(`/r/${room}`);
  }

  /** Opens a thread beside its room. */
  openThread(room: RoomView, root: number): void {
    if (this.room !== room) this.router.go(`/r/${room.id}`);
    this.router.openThread(root);
  }

  /** The address of a message, for others. */
  permalink(room: RoomView, seq: number): string {
    return `${location.origin}/r/${room.id}/${seq}`;
  }
}

export const [useScreen, provideScreen] = createContext<Screen>();
