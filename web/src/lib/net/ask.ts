import type { Calls } from '../protocol.gen';

/** Makes a call over whatever way there is. Throws a `Failure`. */
export type Ask = <K extends keyof Calls>(name: K, request: Calls[K]['request']) => Promise<Calls[K]['reply']>;
