// Somebody in front of any browser: what they see is asked of the page, what they type goes through real keys.
import { type Driver, ENTER } from './driver.ts';

/** How long something may take to show, in milliseconds. */
const PATIENCE_MS = 20_000;

/** A person at a window of a browser. */
export class Visitor {
  readonly driver: Driver;

  constructor(driver: Driver) {
    this.driver = driver;
  }

  /** Goes to an address. */
  async goes(url: string): Promise<void> {
    await this.driver.goto(url);
  }

  /** Waits until the page shows this text. */
  async sees(text: string): Promise<void> {
    await this.#until((text: string) => document.body.innerText.includes(text), text);
  }

  /** Waits until the open room's last message is this one. */
  async seesLast(text: string): Promise<void> {
    await this.#until(
      (text: string) => [...document.querySelectorAll('main article .prose')].at(-1)?.textContent?.trim() === text,
      text,
    );
  }

  /** Fills a field in by typing. */
  async fills(label: string, text: string): Promise<void> {
    await this.#until((label: string) => {
      const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea')];
      const field = fields.find((field) => {
        const name = field.getAttribute('aria-label') ?? field.labels?.[0]?.textContent ?? '';
        return name.trim().startsWith(label);
      });
      field?.focus();
      field?.select();
      return field !== undefined && document.activeElement === field;
    }, label);
    await this.driver.keys(...text);
  }

  /** Sends what is written. */
  async sends(): Promise<void> {
    await this.driver.keys(ENTER);
  }

  /** Presses a button. */
  async clicks(name: string): Promise<void> {
    await this.#until((name: string) => {
      const buttons = [...document.querySelectorAll<HTMLElement>('button, a')];
      const found = buttons.find((button) => {
        const called = button.getAttribute('aria-label') ?? button.textContent ?? '';
        return called.trim() === name && !button.matches(':disabled');
      });
      found?.click();
      return found !== undefined;
    }, name);
  }

  /** Waits until a function in the page answers true. */
  async #until<Args extends unknown[]>(holds: (...args: Args) => boolean, ...args: Args): Promise<void> {
    const waiting = `async (patience, ...args) => {
      const deadline = performance.now() + patience;
      while (!(${String(holds)})(...args)) {
        if (performance.now() > deadline) return document.body.innerText.slice(0, 2000);
        await new Promise(requestAnimationFrame);
      }
      return true;
    }`;
    const outcome = await this.driver.run<true | string>(waiting, PATIENCE_MS, ...args);
    if (outcome !== true) throw new Error(`waited in vain for ${args.join(', ')}; the page shows:\n${outcome}`);
  }
}
