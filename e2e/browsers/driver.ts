// What a smoke run needs of a browser, whatever protocol drives it.

/** One window of a real browser. */
export interface Driver {
  /** Goes to an address and waits until it is loaded. */
  goto(url: string): Promise<void>;
  /** Calls a function in the page, with JSON both ways, and waits for what it promises. */
  run<Value>(source: string, ...args: unknown[]): Promise<Value>;
  /** Presses and releases these keys, one after the other, where the focus is. */
  keys(...keys: string[]): Promise<void>;
  /** Closes it. */
  end(): Promise<void>;
}

/** The keys of a keyboard that stand for no character, as WebDriver names them. */
export const ENTER = '\uE007';

/** The actions of WebDriver that press these keys. */
export function pressing(keys: string[]): unknown[] {
  const actions = keys.flatMap((value) => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ]);
  return [{ type: 'key', id: 'keyboard', actions }];
}
