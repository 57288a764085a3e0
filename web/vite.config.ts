import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { compress } from './vite.compress.ts';
import { shell } from './vite.shell.ts';

const server = 'http://127.0.0.1:3000';
const publicDir = `${import.meta.dirname}/public`;

export default defineConfig({
  plugins: [svelte(), shell(publicDir), compress()],
  publicDir,
  build: {
    target: 'es2023',
    // Nothing inline: the page's content security policy forbids it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { main: 'index.html', sw: 'src/sw.ts' },
      output: {
        // What the first paint needs is one chunk: smaller than many, and one request.
        // What most of the later screens share is another, instead of two dozen small ones.
        codeSplitting: {
          groups: [
            { name: 'first', tags: ['$initial'], test: (id) => !id.endsWith('/sw.ts'), priority: 2 },
            { name: 'parts', test: /\/src\/ui\/parts\//, priority: 1 },
          ],
        },
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // Of the emoji only the data is named, so that the service worker can tell it from the shell.
        assetFileNames: ({ originalFileNames }) =>
          originalFileNames.some((name) => name.includes('emoji'))
            ? 'assets/emoji-[hash][extname]'
            : 'assets/[name]-[hash][extname]',
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: server },
      '/files': { target: server },
      '/socket.io': { target: server, ws: true },
    },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    // Histories of random length on a busy machine take their time.
    testTimeout: 30_000,
  },
  // Tests run Svelte's client half, whose state is reactive, instead of the one for servers.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
});
