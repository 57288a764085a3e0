import type { Message } from '../../lib';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };

/**
 * What a message says without its Markdown, on one line: the words of the HTML that the server made of it. To be shown as
 * text, never as HTML.
 */
export function plainOf({ html, text }: Pick<Message, 'html' | 'text'>): string {
  const words = html
    .replace(/<\/(?:p|li|h\d|tr|blockquote|pre)>|<br[^>]*>/gu, ' ')
    .replace(/<[^>]*>/gu, '')
    .replace(/&(#?\w+);/gu, (whole, name: string) => ENTITIES[name] ?? whole);
  return (words || text)
    .replace(/\|\|.+?\|\|/gu, 'spoiler')
    .replace(/\s+/gu, ' ')
    .trim();
}
