// Telling code from words, and the languages that the server highlights.

/** What a code block can be highlighted as: the name in the fence, and what it is called. */
export const LANGUAGES: readonly { readonly id: string; readonly name: string }[] = [
  { id: '', name: 'Plain text' },
  { id: 'bash', name: 'Shell' },
  { id: 'c', name: 'C' },
  { id: 'cpp', name: 'C++' },
  { id: 'cs', name: 'C#' },
  { id: 'css', name: 'CSS' },
  { id: 'go', name: 'Go' },
  { id: 'html', name: 'HTML' },
  { id: 'java', name: 'Java' },
  { id: 'js', name: 'JavaScript' },
  { id: 'json', name: 'JSON' },
  { id: 'kotlin', name: 'Kotlin' },
  { id: 'php', name: 'PHP' },
  { id: 'python', name: 'Python' },
  { id: 'ruby', name: 'Ruby' },
  { id: 'rust', name: 'Rust' },
  { id: 'sql', name: 'SQL' },
  { id: 'swift', name: 'Swift' },
  { id: 'toml', name: 'TOML' },
  { id: 'ts', name: 'TypeScript' },
  { id: 'yaml', name: 'YAML' },
];

const ENDS = /[;{}()[\],:=]$|=>$|^\s*[}\])]/u;
const BEGINS =
  /^\s*(?:import|export|from|const|let|var|function|def|class|return|if|for|while|fn|pub|use|impl|struct|package|func|public|private|#include|SELECT|INSERT|UPDATE|\/\/|\/\*|#!|@\w+|<\/?\w+[\s>])/u;

/** Whether a text of several lines looks like code: most of its lines end, begin or are indented as code does. */
export function looksLikeCode(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2 || /^ {0,3}(?:```|~~~)/mu.test(text)) return false;
  const like = lines.filter((line) => ENDS.test(line.trimEnd()) || BEGINS.test(line)).length;
  const indented = lines.filter((line) => /^(?: {2,}|\t)\S/u.test(line)).length;
  return like + indented / 2 >= lines.length * 0.6 && like >= 2;
}
