import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

const KB = 1024;
const dist = mkdtempSync(join(tmpdir(), 'parlor-web-'));
const files: string[] = [];

beforeAll(async () => {
  // Built as it is shipped: the test runner's own surroundings must not reach in.
  const { NODE_ENV, VITEST } = process.env;
  process.env['NODE_ENV'] = 'production';
  delete process.env['VITEST'];
  await build({ logLevel: 'error', mode: 'production', build: { outDir: dist, emptyOutDir: true } });
  Object.assign(process.env, { NODE_ENV, VITEST });
  const found = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  files.push(...found.map((file) => join(file.parentPath, file.name).slice(dist.length + 1)));
}, 120_000);

afterAll(() => rmSync(dist, { recursive: true }));

function read(file: string): string {
  return readFileSync(join(dist, file), 'utf8');
}

function zipped(some: readonly string[]): number {
  return some.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);
}

/** What the page asks for before anything runs. */
function linked(pattern: RegExp): string[] {
  return [...read('index.html').matchAll(pattern)].map((match) => (match[1] ?? '').slice(1));
}

test('the scripts of the first paint fit into their budget', () => {
  const scripts = linked(/(?:<script[^>]+src|<link[^>]+rel="modulepreload"[^>]+href)="([^"]+)"/g);
  expect(scripts).not.toEqual([]);
  expect(zipped(scripts)).toBeLessThanOrEqual(45 * KB);
});

test('the socket comes in a chunk of its own that fits into its budget', () => {
  const socket = files.filter((file) => /^assets\/socketio-[^.]+\.js$/.test(file));
  expect(socket).toHaveLength(1);
  expect(zipped(socket)).toBeLessThanOrEqual(13 * KB);
  expect(read('index.html')).not.toContain('socketio');
});

test('the styles of the first paint and of a room fit into their budget', () => {
  const styles = files.filter((file) => /^assets\/(main|parts|RoomPane)-[^.]+\.css$/.test(file));
  expect(styles).toHaveLength(3);
  expect(zipped(styles)).toBeLessThanOrEqual(12 * KB);
});

test('the page holds no script, style or handler of its own', () => {
  const page = read('index.html');
  expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
  for (const [script] of page.matchAll(/<script[^>]*>[^<]*/g)) expect(script).toMatch(/src="\/assets\/[^"]+">$/);
});

test('no script makes a Trusted Types policy but the one named parlor', () => {
  const scripts = files.filter((file) => file.endsWith('.js'));
  const policies = scripts.flatMap((file) =>
    [...read(file).matchAll(/createPolicy\((.)(.*?)\1/g)].map((match) => match[2]),
  );
  expect(policies).toEqual(['parlor']);
});

test('every file of text has a brotli and a gzip copy of the same content', () => {
  const texts = files.filter((file) => /\.(js|css|html|svg|json|webmanifest)$/.test(file));
  for (const file of texts.filter((text) => readFileSync(join(dist, text)).length >= 512)) {
    const bytes = readFileSync(join(dist, file));
    expect(brotliDecompressSync(readFileSync(join(dist, `${file}.br`))).equals(bytes), file).toBe(true);
    expect(gunzipSync(readFileSync(join(dist, `${file}.gz`))).equals(bytes), file).toBe(true);
  }
});

test('the service worker keeps every file that the shell needs and nothing that is fetched late', () => {
  const worker = read('sw.js');
  expect(worker).not.toContain('PARLOR_SHELL');
  const shell = files.filter((file) => /^assets\/.*\.(js|css)$/.test(file));
  for (const file of [...shell, 'manifest.webmanifest', 'icon.svg']) expect(worker).toContain(`"/${file}"`);
  expect(worker).not.toMatch(/assets\/emoji-[^."]+\.json/);
});

test('every icon that the manifest and the page name is there', () => {
  const manifest: { icons: { src: string }[] } = JSON.parse(read('manifest.webmanifest'));
  const icons = [...manifest.icons.map(({ src }) => src.slice(1)), ...linked(/<link[^>]+icon"[^>]+href="([^"]+)"/g)];
  for (const icon of icons) expect(files).toContain(icon);
});
