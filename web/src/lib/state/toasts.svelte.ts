import { untrack } from 'svelte';
import type { Toast, ToastAction, Toasts } from '../api';
import { failureOf } from '../failure';
import type { Platform } from '../platform';

/** Long enough to read a sentence twice. Errors stay until dismissed or pushed out. */
const INFO_MS = 6_000;
const AT_MOST = 4;

/** Short notes at the edge of the screen. */
export class ToastList implements Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #last = 0;

  constructor(private readonly platform: Platform) {}

  show(
    text: string,
    kind: Toast['kind'] = 'info',
    actions: readonly ToastAction[] = [],
    stays = actions.length > 0,
  ): number {
    this.#last += 1;
    const toast = { id: this.#last, kind, text, actions };
    const others = untrack(() => this.list).filter((shown) => shown.text !== text);
    this.list = [...others, toast].slice(-AT_MOST);
    if (kind === 'info' && !stays) this.platform.after(INFO_MS, () => this.dismiss(toast.id));
    return toast.id;
  }

  fail(error: unknown): void {
    this.show(failureOf(error).message, 'error');
  }

  dismiss(id: number): void {
    this.list = untrack(() => this.list).filter((toast) => toast.id !== id);
  }
}
