import type { File as SharedFile, FileKind } from '../../lib';

const MANY: Readonly<Record<FileKind, string>> = {
  image: 'images',
  video: 'videos',
  audio: 'sounds',
  voice: 'voice messages',
  document: 'files',
};

/** The files of a message in few words: the name of the only one, or how many there are of what. */
export function filesInWords(files: readonly Pick<SharedFile, 'kind' | 'name' | 'alt'>[]): string {
  const [first] = files;
  if (!first) return '';
  if (files.length === 1) return first.kind === 'voice' ? 'Voice message' : first.alt || first.name;
  const alike = files.every(({ kind }) => kind === first.kind);
  return `${files.length} ${alike ? MANY[first.kind] : 'files'}`;
}
