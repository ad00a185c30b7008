#!/usr/bin/env node
// The door of the command line. Plain JavaScript, because it runs before anything is built and on whatever Node
// started it: it moves to the project's own Node, builds what is missing or out of date, then hands over.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const requiredMajor = 24;
const packageRoot = join(dirname(fileURLToPath(import.meta.url)), '..');
const repositoryRoot = join(packageRoot, '..', '..');
const consoleRoot = join(repositoryRoot, 'services', 'console');

if (Number(process.versions.node.split('.')[0]) < requiredMajor) runOnOwnNode();
else await start();

function runOnOwnNode() {
  const ownNode = findOwnNode();
  if (ownNode === undefined) {
    const remedy = isCheckout() ? `Run "npm ci" in ${repositoryRoot} first.` : 'Please install it.';
    fail(`Culprit needs Node ${requiredMajor}; this is ${process.version}. ${remedy}`);
  }
  const child = spawn(ownNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal !== null) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code ?? 1);
  });
}

/** The Node that came with the project: a checkout installs `node`, the published package that of one platform. */
function findOwnNode() {
  const { resolve } = createRequire(import.meta.url);
  for (const name of ['node', `node-${process.platform}-${process.arch}`]) {
    try {
      return resolve(`${name}/bin/node`);
    } catch {
      // Not installed; the other one may be.
    }
  }
  return undefined;
}

/** True in a checkout, which has sources; what is published has none. */
function isCheckout() {
  return existsSync(join(packageRoot, 'src'));
}

async function start() {
  useLittleMemory();
  if (isStale()) build();
  if (isServer() && arePagesStale()) buildPages();
  const { main } = await import(pathToFileURL(join(packageRoot, 'dist', 'main.js')).href);
  await main(process.argv);
}

/**
 * A server lives long and shares its process with the storage engine, whose many threads would each keep a heap of
 * freed buffers: two heaps are enough, and so is a small nursery for objects. Both can only be said at the start, so
 * the process starts over in its own place, once. Measured: a quarter less resident memory at 50,000 lines a second.
 */
function useLittleMemory() {
  if (!isServer() || process.platform !== 'linux' || process.env.MALLOC_ARENA_MAX !== undefined) return;
  if (typeof process.execve !== 'function') return;
  const flags = [...process.execArgv, '--max-semi-space-size=8'];
  process.execve(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], {
    ...process.env,
    MALLOC_ARENA_MAX: '2',
    // Buffers of this size and more are given back to the system as soon as they are freed.
    MALLOC_MMAP_THRESHOLD_: '131072',
    MALLOC_TRIM_THRESHOLD_: '131072',
  });
}

/** True for the commands that serve the console. */
function isServer() {
  return process.argv[2] === 'up' || process.argv[2] === 'demo';
}

/** True when a workspace with sources was never built or has a source newer than its last build. */
function isStale() {
  return workspaces().some(({ folder, stamp }) => {
    if (!existsSync(stamp) || !existsSync(join(folder, 'dist'))) return true;
    return newestSource(join(folder, 'src')) > statSync(stamp).mtimeMs;
  });
}

/** The rooms that are compiled, and the file of each that its last build left. */
function workspaces() {
  return ['libs', 'services']
    .map((group) => join(repositoryRoot, group))
    .flatMap((group) => readdirSync(group).map((name) => join(group, name)))
    .filter((folder) => existsSync(join(folder, 'tsconfig.json')) && existsSync(join(folder, 'src')))
    .map((folder) => ({ folder, stamp: join(folder, 'tsconfig.tsbuildinfo') }));
}

function newestSource(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestSource(path));
    else if (/\.(?:tsx?|css|svg)$/.test(entry.name) && !entry.name.endsWith('.test.ts')) {
      newest = Math.max(newest, statSync(path).mtimeMs);
    }
  }
  return newest;
}

function build() {
  process.stderr.write('culprit: building (first run or sources changed) …\n');
  const compiler = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(compiler)) fail(`the compiler is missing. Run "npm ci" in ${repositoryRoot} first.`);
  const result = spawnSync(process.execPath, [compiler, '-b'], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    process.stderr.write(result.stdout);
    fail('the build failed; the messages above say where.');
  }
  // tsc leaves an unchanged stamp alone: touch nothing, but never build twice for the same sources.
  markBuilt();
}

/** True when the console was never built or has a source newer than its pages; an installed Culprit has no sources. */
function arePagesStale() {
  if (!existsSync(join(consoleRoot, 'src'))) return false;
  const stamp = join(consoleRoot, 'dist', 'pages', 'index.html');
  return !existsSync(stamp) || newestSource(join(consoleRoot, 'src')) > statSync(stamp).mtimeMs;
}

/** Without pages everything else still works, so a failure here is told and not fatal. */
function buildPages() {
  process.stderr.write('culprit: building the pages …\n');
  const builder = join(consoleRoot, 'bin', 'pages.js');
  const { status } = spawnSync(process.execPath, [builder, 'build'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0)
    process.stderr.write('culprit: the pages could not be built; the API works without them.\n');
}

function markBuilt() {
  const now = new Date();
  try {
    for (const { stamp } of workspaces()) utimesSync(stamp, now, now);
  } catch {
    // A read-only checkout is fine: the next start builds again.
  }
}

function fail(message) {
  process.stderr.write(`culprit: ${message}\n`);
  process.exit(1);
}
