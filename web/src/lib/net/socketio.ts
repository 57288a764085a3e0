import { io } from 'socket.io-client';
import { Failure } from '../failure';
import type { Wire, WireEvents } from './wire';

const ACK_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 15_000;

/** Opens a Socket.IO connection to our own server. Reconnecting is the link's work: it knows when the page wakes up. */
export function openSocket(events: WireEvents): Wire {
  const socket = io({
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnection: false,
    forceNew: true,
    timeout: CONNECT_TIMEOUT_MS,
    ackTimeout: ACK_TIMEOUT_MS,
  });
  let over = false;
  const close = (why: 'lost' | 'refused') => {
    if (over) return;
    over = true;
    socket.offAny();
    socket.disconnect();
    events.closed(why);
  };
  socket.on('connect', () => events.opened());
  socket.on('connect_error', (error: Error & { data?: { code?: string } }) =>
    close(error.data?.code === 'unauthenticated' ? 'refused' : 'lost'),
  );
  socket.on('disconnect', () => close('lost'));
  socket.onAny((name, payload) => events.push(name, payload));
  return {
    async call(name, request) {
      if (!socket.connected) throw Failure.offline();
      const answer: { ok?: never; err?: unknown } = await socket.emitWithAck(name, request).catch(() => {
        throw Failure.offline();
      });
      if (answer?.ok === undefined) throw Failure.of(answer?.err);
      return answer.ok;
    },
    close: () => close('lost'),
  };
}
