import type { Platform } from './platform';

/** Pages that are not painted get no animation frames; their title and sound must go on. */
const HIDDEN_FRAME_MS = 50;

/** The real surroundings. Locks and `randomUUID` are missing on plain HTTP in a local network: we do without them there. */
export function browserPlatform(): Platform {
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    nonce: timedNonce,
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

/** A UUID of version 7: the server keeps what begins with the same time together. */
function timedNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  const random = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6)}`;
}
