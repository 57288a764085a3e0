import type { Platform } from './platform';

/** Pages that are not painted get no animation frames; their title and sound must go on. */
const HIDDEN_FRAME_MS = 50;

/** The real surroundings. Locks and `randomUUID` are missing on plain HTTP in a local network, so both have a substitute. */
export function browserPlatform(): Platform {
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    nonce: randomNonce,
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    frame(run) {
      if (document.visibilityState === 'visible') requestAnimationFrame(run);
      else setTimeout(run, HIDDEN_FRAME_MS);
    },
    online: () => navigator.onLine,
    focused: () => document.visibilityState === 'visible' && document.hasFocus(),
    onWake(run) {
      for (const event of ['online', 'offline', 'focus', 'pageshow']) addEventListener(event, run);
      document.addEventListener('visibilitychange', run);
    },
    onLeave(run) {
      addEventListener('pagehide', run);
      document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && run());
    },
    fetch: (path, init) => fetch(path, init),
    openWire: async (events) => (await import('./net/socketio')).openSocket(events),
    database: 'parlor',
    lock: async (name, run) => (navigator.locks ? void (await navigator.locks.request(name, run)) : run()),
    async tryLock(name, run) {
      if (!navigator.locks) return run();
      await navigator.locks.request(name, { ifAvailable: true }, async (lock) => (lock ? run() : undefined));
    },
    channel(name, hear) {
      const channel = new BroadcastChannel(name);
      channel.addEventListener('message', (event) => hear(event.data));
      return (message) => channel.postMessage(message);
    },
  };
}

function randomNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
