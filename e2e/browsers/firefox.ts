// Firefox over WebDriver BiDi, which every release of it speaks by itself (https://w3c.github.io/webdriver-bidi/).
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { WebSocket } from 'ws';

import { Program } from '../fixtures/program.ts';
import { type Driver, pressing } from './driver.ts';

interface Answer {
  id?: number;
  type: 'success' | 'error' | 'event';
  result?: unknown;
  error?: string;
  message?: string;
}

interface Evaluated {
  type: 'success' | 'exception';
  result?: { value?: string };
  exceptionDetails?: { text: string };
}

/** A window of Firefox with a profile of its own. */
export class Firefox implements Driver {
  readonly #program: Program;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #asked = 0;
  #context = '';

  private constructor(program: Program, profile: string, socket: WebSocket) {
    this.#program = program;
    this.#profile = profile;
    this.#socket = socket;
    socket.on('message', (data) => {
      const answer = JSON.parse(String(data)) as Answer;
      if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer);
    });
  }

  /** Starts the executable. */
  static async open(executable: string): Promise<Firefox> {
    const profile = await mkdtemp(join(tmpdir(), 'parlor-firefox-'));
    const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
    const program = new Program(executable, args);
    const address = (await program.prints(/WebDriver BiDi listening on (ws:\S+)/))[1];
    const socket = new WebSocket(`${address}/session`);
    await once(socket, 'open');
    const window = new Firefox(program, profile, socket);
    await window.#ask('session.new', { capabilities: {} });
    const tree = await window.#ask<{ contexts: { context: string }[] }>('browsingContext.getTree', {});
    window.#context = tree.contexts[0]?.context ?? '';
    return window;
  }

  async goto(url: string): Promise<void> {
    await this.#ask('browsingContext.navigate', { context: this.#context, url, wait: 'complete' });
  }

  async run<Value>(source: string, ...args: unknown[]): Promise<Value> {
    const evaluated = await this.#ask<Evaluated>('script.callFunction', {
      functionDeclaration: `async (args) => JSON.stringify((await (${source})(...JSON.parse(args))) ?? null)`,
      target: { context: this.#context },
      arguments: [{ type: 'string', value: JSON.stringify(args) }],
      awaitPromise: true,
    });
    if (evaluated.type === 'exception') throw new Error(evaluated.exceptionDetails?.text);
    return JSON.parse(evaluated.result?.value ?? 'null') as Value;
  }

  async keys(...keys: string[]): Promise<void> {
    await this.#ask('input.performActions', { context: this.#context, actions: pressing(keys) });
  }

  async end(): Promise<void> {
    this.#socket.close();
    await this.#program.end('SIGKILL');
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #ask<Result>(method: string, params: object): Promise<Result> {
    this.#asked += 1;
    const id = this.#asked;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params }));
    const answer = await answered;
    this.#waiting.delete(id);
    if (answer.type === 'error') throw new Error(`${method}: ${answer.error}: ${answer.message}`);
    return answer.result as Result;
  }
}
