import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Fetched only when asked for, so not worth keeping on every device. */
const LATE = /^emoji-.*\.json$/;

/**
 * Tells the service worker which files the shell has: every script and style of the build and everything in `public`. The
 * version is a hash of their names and contents, so a worker is new exactly when the shell is.
 */
export function shell(publicDir: string): Plugin {
  return {
    name: 'parlor-shell',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') throw new Error('the build made no sw.js');
      const hash = createHash('sha256');
      const built = Object.values(bundle).filter(
        ({ fileName }) => fileName.startsWith('assets/') && !LATE.test(fileName.replace('assets/', '')),
      );
      for (const { fileName } of built) hash.update(fileName);
      const page = bundle['index.html'];
      if (page?.type === 'asset') hash.update(page.source);
      const files = readdirSync(publicDir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
      const names = files.map((file) => join(file.parentPath, file.name).slice(publicDir.length));
      for (const name of names.toSorted()) hash.update(name).update(readFileSync(join(publicDir, name)));
      const paths = [...built.map(({ fileName }) => `/${fileName}`), ...names].toSorted();
      const told = JSON.stringify({ version: hash.digest('hex').slice(0, 16), files: paths });
      worker.code = worker.code.replaceAll('PARLOR_SHELL', told);
    },
  };
}
