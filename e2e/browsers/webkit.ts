// WebKitGTK over WebDriver (https://www.w3.org/TR/webdriver2/), on a screen that nobody sees.
import { createServer } from 'node:net';
import { once } from 'node:events';

import { Program } from '../fixtures/program.ts';
import { type Driver, pressing } from './driver.ts';

/** How long a function in the page may take, in milliseconds. */
const SCRIPT_MS = 60_000;

/** A window of WebKitGTK's small browser. */
export class WebKit implements Driver {
  readonly #programs: Program[];
  readonly #session: string;

  private constructor(programs: Program[], session: string) {
    this.#programs = programs;
    this.#session = session;
  }

  /** Starts the driver, which starts the browser; `screen` is the executable of Xvfb. */
  static async open(driver: string, browser: string, screen: string): Promise<WebKit> {
    const xvfb = new Program(screen, ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp']);
    const display = (await xvfb.prints(/^(\d+)$/))[1];
    const port = await freePort();
    const host = `http://127.0.0.1:${port}`;
    const program = new Program(driver, [`--port=${port}`, '--host=127.0.0.1'], { DISPLAY: `:${display}` });
    const options = { binary: browser, args: ['--automation'] };
    const alwaysMatch = { 'webkitgtk:browserOptions': options };
    await listening(host);
    const { sessionId } = await ask<{ sessionId: string }>(`${host}/session`, { capabilities: { alwaysMatch } });
    const window = new WebKit([program, xvfb], `${host}/session/${sessionId}`);
    await ask(`${window.#session}/timeouts`, { script: SCRIPT_MS });
    return window;
  }

  async goto(url: string): Promise<void> {
    await ask(`${this.#session}/url`, { url });
  }

  async run<Value>(source: string, ...args: unknown[]): Promise<Value> {
    const script = `const [args, done] = arguments;
      (async () => (${source})(...JSON.parse(args)))().then(
        (value) => done(JSON.stringify({ value: value ?? null })),
        (error) => done(JSON.stringify({ error: String(error) })));`;
    const answer = await ask<string>(`${this.#session}/execute/async`, { script, args: [JSON.stringify(args)] });
    const { value, error } = JSON.parse(answer) as { value: Value; error?: string };
    if (error !== undefined) throw new Error(error);
    return value;
  }

  async keys(...keys: string[]): Promise<void> {
    await ask(`${this.#session}/actions`, { actions: pressing(keys) });
  }

  async end(): Promise<void> {
    await fetch(this.#session, { method: 'DELETE' });
    for (const program of this.#programs) await program.end('SIGKILL');
  }
}

/** The driver takes no port 0, so one that was free a moment ago is asked for. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** The driver says nothing when it is ready, so it is asked until it answers. */
async function listening(host: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const ready = await fetch(`${host}/status`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    if (Date.now() > deadline) throw new Error('the driver of WebKit does not answer');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function ask<Value>(url: string, body: object): Promise<Value> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const { value } = (await answer.json()) as { value: Value & { error?: string; message?: string } };
  if (!answer.ok) throw new Error(`${new URL(url).pathname}: ${value.error}: ${value.message}`);
  return value;
}
