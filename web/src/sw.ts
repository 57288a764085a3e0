// The service worker: keeps the shell so that the client starts without a network. What the shell holds is written into
// this file by the build (vite.shell.ts). Answers of the server's calls and files of users are never kept here.

interface Shell {
  readonly version: string;
  readonly files: readonly string[];
}

/** Written by the build: a name for this version, and the paths of its files. */
declare const PARLOR_SHELL: Shell;

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface WorkerScope extends EventTarget {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

const scope = globalThis as unknown as WorkerScope;
const shell: Shell = PARLOR_SHELL;
const PAGE = '/';
const CACHE = `shell-${shell.version}`;

/** Paths that are never the shell's, whatever they look like. */
const LIVE = ['/api/', '/files/', '/socket.io/'];

scope.addEventListener('install', (event) => (event as ExtendableEvent).waitUntil(install()));
scope.addEventListener('activate', (event) => (event as ExtendableEvent).waitUntil(activate()));
scope.addEventListener('fetch', (event) => answer(event as FetchEvent));
scope.addEventListener('message', (event) => {
  if ((event as MessageEvent).data === 'take over') void scope.skipWaiting();
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  const requests = [PAGE, ...shell.files].map((path) => new Request(path, { cache: 'reload' }));
  await cache.addAll(requests);
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  await scope.clients.claim();
}

function answer(event: FetchEvent): void {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (LIVE.some((start) => pathname.startsWith(start))) return;
  if (request.mode === 'navigate') event.respondWith(kept(PAGE, request));
  else if (shell.files.includes(pathname)) event.respondWith(kept(pathname, request));
}

/** From the shell; from the server if somebody emptied the cache. */
async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
