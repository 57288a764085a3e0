import { createContext, untrack } from 'svelte';
import { MediaQuery } from 'svelte/reactivity';

export const PAGES = [
  'profile',
  'look',
  'account',
  'devices',
  'emoji',
  'workspace',
  'invites',
  'people',
  'bots',
] as const;

/** A page of the settings. */
export type SettingsPage = (typeof PAGES)[number];

/** What the address says is on the screen. */
export type Route =
  | { readonly name: 'home' }
  | { readonly name: 'set-up' | 'join' | 'reset'; readonly token: string }
  | { readonly name: 'sign-in' | 'saved' | 'threads' | 'catch-up' }
  | { readonly name: 'room'; readonly room: string; readonly seq: number | undefined }
  | { readonly name: 'settings'; readonly page: SettingsPage | undefined };

const PANES = ['members', 'search', 'pins', 'files', 'thread'] as const;

/** What stands in the pane beside a room. */
export type Pane = (typeof PANES)[number];

interface Visit {
  /** The pane that is open. */
  pane?: Pane | undefined;
  /** The root of the thread that is in the pane. */
  thread?: number | undefined;
  /** Whether going back closes the pane, because opening it was a step of its own. */
  stepped?: boolean | undefined;
}

export function routeOf(path: string): Route {
  const [first = '', second = '', third = ''] = path.split('/').filter((part) => part !== '');
  if (first === 'setup' && second) return { name: 'set-up', token: second };
  if ((first === 'join' || first === 'reset') && second) return { name: first, token: second };
  if (first === 'sign-in' || first === 'saved' || first === 'threads' || first === 'catch-up') return { name: first };
  if (first === 'r' && second) return { name: 'room', room: second, seq: seqOf(third) };
  if (first === 'settings') return { name: 'settings', page: PAGES.find((page) => page === second) };
  return { name: 'home' };
}

function seqOf(text: string): number | undefined {
  const seq = Number(text);
  return Number.isSafeInteger(seq) && seq > 0 ? seq : undefined;
}

/** The address bar as state, over the History API. */
export class Router {
  #path = $state(location.pathname);
  #visit = $state.raw<Visit>(visitOf(history.state));
  /** How often what is open was opened again, so that a link to a message jumps there a second time. */
  visits = $state(0);
  readonly route: Route = $derived(routeOf(this.#path));
  readonly #narrow = new MediaQuery('(max-width: 759px)', false);
  readonly #tight = new MediaQuery('(max-width: 999px)', false);

  /** Whether one pane fills the screen, as on a phone. */
  get narrow(): boolean {
    return this.#narrow.current;
  }

  /** Whether the pane beside a room takes the room's place. */
  get tight(): boolean {
    return this.#tight.current;
  }

  /** The address without its host. */
  get path(): string {
    return this.#path;
  }

  get pane(): Pane | undefined {
    return this.#visit.pane;
  }

  /** The root of the thread beside the room. */
  get thread(): number | undefined {
    return this.pane === 'thread' ? this.#visit.thread : undefined;
  }

  /** Opens a thread beside the room. */
  openThread(root: number): void {
    this.openPane('thread', root);
  }

  go(path: string, how: 'push' | 'replace' = 'push'): void {
    untrack(() => {
      const { pane } = this.#visit;
      // A thread belongs to its room.
      const kept: Visit = pane && pane !== 'thread' && !this.tight ? { pane } : {};
      const replace = how === 'replace' || path === this.#path;
      if (path === this.#path) this.visits += 1;
      this.#write(path, kept, replace);
    });
  }

  openPane(pane: Pane, thread?: number): void {
    const stepped = this.#visit.pane === undefined ? this.tight : this.#visit.stepped;
    this.#write(this.#path, { pane, thread, stepped }, !this.tight || this.#visit.pane !== undefined);
  }

  closePane(): void {
    if (this.#visit.stepped) history.back();
    else this.#write(this.#path, {}, true);
  }

  togglePane(pane: Pane): void {
    if (this.pane === pane) this.closePane();
    else this.openPane(pane);
  }

  /** The user went back or forward. */
  read(): void {
    this.#path = location.pathname;
    this.#visit = visitOf(history.state);
  }

  /** Takes plain clicks on links of our own, so that the page stays. */
  clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.('a');
    if (!link || link.origin !== location.origin || link.hasAttribute('download')) return;
    if (/^\/(api|files|assets)\//.test(link.pathname) || link.hash !== '') return;
    event.preventDefault();
    this.go(link.pathname);
  }

  #write(path: string, visit: Visit, replace: boolean): void {
    if (replace) history.replaceState(visit, '', path);
    else history.pushState(visit, '', path);
    this.#path = path;
    this.#visit = visit;
  }
}

function visitOf(state: unknown): Visit {
  if (typeof state !== 'object' || state === null) return {};
  const { pane, thread, stepped } = state as Record<string, unknown>;
  return { pane: PANES.find((known) => known === pane), thread: seqOf(String(thread)), stepped: stepped === true };
}

export const [useRouter, provideRouter] = createContext<Router>();
