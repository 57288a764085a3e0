import type { CustomEmoji, Emoji, Engine } from '../../lib';
import type { EmojiChoice } from './emoji';

/** What such emoji look like in texts, reactions and among those used last. */
const SIGN = /^:([a-z0-9_+-]{2,32}):$/u;
const SIGNS = /:[a-z0-9_+-]{2,32}:/gu;
const KINDS = /\.(?:png|jpe?g|gif|webp)$/u;

/** The workspace's own emoji, as state. They are listed anew when they are looked at and the workspace tells of changes. */
export class CustomBook {
  #emoji = $state.raw<ReadonlyMap<string, Emoji>>(new Map());
  /** Of which change the list is. */
  #version = $state(0);
  #asking = false;

  constructor(private readonly engine: Engine) {}

  /** State. Whether the list is what the workspace last told of. */
  get known(): boolean {
    // Each sync brings the workspace anew, so that a list that did not come is asked for again.
    const known = (this.engine.workspace.emoji ?? 0) === this.#version;
    if (!known && !this.#asking) this.#ask();
    return known;
  }

  /** State. All of them, by name. */
  get list(): readonly Emoji[] {
    return [...this.#known().values()];
  }

  /** State. Address of the picture of `:name:`; undefined for what is none. */
  picture(sign: string): string | undefined {
    const found = this.#known().get(SIGN.exec(sign)?.[1] ?? '');
    return found && `/files/emoji/${found.picture}`;
  }

  /** State. Those that are emoji still: of Unicode, or in the list. */
  living(signs: readonly string[]): readonly string[] {
    return signs.filter((sign) => !SIGN.test(sign) || this.picture(sign) !== undefined);
  }

  /** State. All of them, to choose from. */
  get choices(): EmojiChoice[] {
    return this.list.map(({ name }) => ({ emoji: `:${name}:`, name, shortcodes: [name] }));
  }

  /** State. Those whose name begins with the words, and then those that hold them. */
  find(words: string): EmojiChoice[] {
    const wanted = words.trim().toLowerCase().replaceAll(' ', '_');
    const holding = this.choices.filter(({ name }) => name.includes(wanted));
    return [
      ...holding.filter(({ name }) => name.startsWith(wanted)),
      ...holding.filter(({ name }) => !name.startsWith(wanted)),
    ];
  }

  /** Asks whether something changed that was not told yet. */
  async refresh(): Promise<void> {
    this.#take(await this.engine.call('emoji:list', {}));
  }

  #known(): ReadonlyMap<string, Emoji> {
    void this.known;
    return this.#emoji;
  }

  /** Later: who looks may be in the middle of drawing. */
  #ask(): void {
    this.#asking = true;
    queueMicrotask(async () => {
      const answer = await this.engine.call('emoji:list', {}).catch(() => undefined);
      this.#asking = false;
      if (answer) this.#take(answer);
    });
  }

  #take({ version, emoji }: CustomEmoji): void {
    if (version < this.#version) return;
    this.#emoji = new Map(emoji.map((one) => [one.name, one]));
    this.#version = version;
  }
}

const books = new WeakMap<Engine, CustomBook>();

/** The one book of an engine, begun when something first shows emoji. */
export function customEmoji(engine: Engine): CustomBook {
  let book = books.get(engine);
  if (!book) books.set(engine, (book = new CustomBook(engine)));
  return book;
}

/** Keeps pictures in a message what the list says they are: an emoji that is gone shows as its name. */
export function follow(pictures: readonly HTMLImageElement[], book: CustomBook): () => void {
  return $effect.root(() => {
    $effect(() => {
      if (!book.known) return;
      for (const shown of pictures) {
        const now = book.picture(shown.alt);
        if (now === undefined) shown.replaceWith(shown.alt);
        else if (now !== shown.getAttribute('src')) shown.src = now;
      }
    });
  });
}

/** The text with a sign in the place of each emoji of our own that its HTML shows as a picture. */
export function withSigns(text: string, html: string): string {
  return text.replace(SIGNS, (sign) => (html.includes(`alt="${sign}"`) ? '🙂' : sign));
}

/** A name for a picture, from that of its file. */
export function nameFrom(file: string): string {
  const plain = file.toLowerCase().replace(KINDS, '').normalize('NFKD').replace(/\p{M}/gu, '');
  return plain
    .replace(/[^a-z0-9_+-]+/gu, '-')
    .slice(0, 32)
    .replace(/^[-_]+|[-_]+$/gu, '');
}
