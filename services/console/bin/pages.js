#!/usr/bin/env node
// Builds the pages, or serves them while they are being worked on. Plain JavaScript, because the launcher calls it
// before anything is built.
//
//   node bin/pages.js build          into dist/pages, when a source is newer than the last build
//   node bin/pages.js dev [address]  with reloading; the API is asked at address
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, createServer } from 'vite';

const room = join(dirname(fileURLToPath(import.meta.url)), '..');
const pages = join(room, 'dist', 'pages');

const common = {
  root: room,
  configFile: false,
  logLevel: 'warn',
  plugins: [react()],
  resolve: { conditions: ['source', 'browser', 'module', 'default'] },
};

const [command, address = 'http://127.0.0.1:4680'] = process.argv.slice(2);
if (command === 'build') await buildPages();
else if (command === 'dev') await serve();
else {
  process.stderr.write('usage: pages.js build | dev [address of a running Culprit]\n');
  process.exit(64);
}

/** Builds beside the old pages and then takes their place, so that nobody meets half of them. */
async function buildPages() {
  if (isBuilt()) return;
  const fresh = `${pages}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  await build({
    ...common,
    build: {
      outDir: fresh,
      target: 'es2022',
      // Everything is a file of its own: the policy of the pages allows nothing inline.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
  const now = new Date();
  utimesSync(join(fresh, 'index.html'), now, now);
  rmSync(pages, { recursive: true, force: true });
  renameSync(fresh, pages);
}

function isBuilt() {
  const stamp = join(pages, 'index.html');
  if (!existsSync(stamp)) return false;
  const inputs = ['index.html', 'package.json', 'bin/pages.js'].map((name) => join(room, name));
  const newest = Math.max(newestIn(join(room, 'src')), ...inputs.map((path) => statSync(path).mtimeMs));
  return statSync(stamp).mtimeMs > newest;
}

function newestIn(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return Math.max(...entries.map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs));
}

async function serve() {
  const server = await createServer({
    ...common,
    server: { proxy: { '/api': address, '/ingest': address } },
  });
  await server.listen();
  server.printUrls();
}
