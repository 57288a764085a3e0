import type { File, Message } from '../../lib';
import { filesInWords } from '../files/words';

type Said = Pick<Message, 'html' | 'text'> & { readonly files?: readonly File[] | undefined };

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };

/**
 * What a message says without its Markdown, on one line: the words of the HTML that the server made of it, or, where
 * something is to be uncovered first, its source with that left out. Without words, what it passes on and its files are told. To be shown as
 * text, never as HTML.
 */
export function plainOf({ html, text, files, forwarded }: Said & { forwarded?: Said }): string {
  const covered = html.includes('class="spoiler"');
  const words = ((!covered && wordsOf(html)) || uncoveredOf(text)).replace(/\s+/gu, ' ').trim();
  return words || (forwarded && plainOf(forwarded)) || filesInWords(files ?? []);
}

function wordsOf(html: string): string {
  return html
    .replace(/<\/(?:p|li|h\d|tr|blockquote|pre)>|<br[^>]*>/gu, ' ')
    .replace(/<img[^>]* alt="([^"]*)"[^>]*>/gu, '$1')
    .replace(/<[^>]*>/gu, '')
    .replace(/&(#?\w+);/gu, (whole, name: string) => ENTITIES[name] ?? whole);
}

/** Every other part between two bars is hidden: too much rather than too little. */
function uncoveredOf(text: string): string {
  const parts = text.split('||');
  return parts.map((part, index) => (index % 2 === 0 ? part : 'spoiler')).join('');
}
