import type Database from 'emoji-picker-element/database';
import type { Emoji } from 'emoji-picker-element/shared';

/** One emoji, with what is needed to show, name and find it. */
export interface EmojiChoice {
  readonly emoji: string;
  readonly name: string;
  readonly shortcodes: readonly string[];
}

/**
 * Unicode's emoji, fetched from our own server when first asked for and kept in IndexedDB.
 *
 * Only the database half of `emoji-picker-element` is used: its element writes style attributes, which the page's
 * content security policy forbids.
 */
export class EmojiBook {
  #database: Promise<Database> | undefined;

  /** All emoji of a group. */
  async group(id: number): Promise<EmojiChoice[]> {
    const database = await this.#open();
    return (await database.getEmojiByGroup(id)).flatMap(choice);
  }

  /** Those whose name, tags or shortcodes start with the words; best first. Empty for an empty query. */
  async find(query: string): Promise<EmojiChoice[]> {
    if (query.trim().length < 2) return [];
    const database = await this.#open();
    return (await database.getEmojiBySearchQuery(query)).flatMap(choice);
  }

  #open(): Promise<Database> {
    this.#database ??= open();
    return this.#database;
  }
}

async function open(): Promise<Database> {
  const [{ default: EmojiDatabase }, { default: dataSource }] = await Promise.all([
    import('emoji-picker-element/database'),
    import('emoji-picker-element-data/en/emojibase/data.json?url'),
  ]);
  return new EmojiDatabase({ dataSource });
}

function choice(found: Emoji): EmojiChoice[] {
  if (!('unicode' in found)) return [];
  return [{ emoji: found.unicode, name: found.annotation, shortcodes: found.shortcodes ?? [] }];
}
