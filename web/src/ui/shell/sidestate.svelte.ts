import { keep, readKept } from './kept';

/** How the side bar stands on this device: whether it is there, which sections are folded, whether only unread rooms show. */
export class SideState {
  hidden = $state(readKept('side') === 'hidden');
  onlyUnread = $state(readKept('unread') === 'only');
  /** Ids of sections that do not stand as they begin: folded, or open where they begin folded. */
  #turned = $state.raw<readonly string[]>((readKept('turned') ?? '').split(' '));

  hide(): void {
    this.hidden = true;
    keep('side', 'hidden');
  }

  show(): void {
    this.hidden = false;
    keep('side', 'shown');
  }

  filter(): void {
    this.onlyUnread = !this.onlyUnread;
    keep('unread', this.onlyUnread ? 'only' : 'all');
  }

  isFolded(section: string): boolean {
    return this.#turned.includes(section) !== (section === 'archived');
  }

  fold(section: string): void {
    const others = this.#turned.filter((id) => id !== section);
    this.#turned = others.length < this.#turned.length ? others : [...others, section];
    keep('turned', this.#turned.join(' '));
  }
}
