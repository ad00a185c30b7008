import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = join(import.meta.dirname, '..', '..', '..', '.cache', 'clients');

/**
 * Installs an npm package of one version beside the project's own; the first time it needs the registry.
 *
 * @returns the directory of the package
 * @throws Error that says what is missing
 */
export async function fetchNpmPackage(name: string, version: string): Promise<string> {
  const directory = join(cache, `${name}-${version}`);
  const installed = join(directory, 'node_modules', name);
  if (existsSync(join(installed, 'package.json'))) return installed;
  mkdirSync(directory, { recursive: true });
  const options = ['--prefix', directory, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  await orMissing(`the npm package ${name}@${version}`, directory, () =>
    run('npm', ['install', ...options, `${name}@${version}`], { cwd: directory }),
  );
  return installed;
}

/**
 * Unpacks packages of the machine's Debian mirror without installing them; the first time it needs the mirror.
 *
 * @returns the directory that stands for the root of the file system
 * @throws Error that says what is missing
 */
export async function fetchDebianPackages(names: readonly string[]): Promise<string> {
  const directory = join(cache, `debian-${names[0] ?? ''}`);
  const root = join(directory, 'root');
  if (existsSync(root)) return root;
  mkdirSync(directory, { recursive: true });
  await orMissing(`the Debian packages ${names.join(', ')}`, directory, async () => {
    await run('apt-get', ['download', ...names], { cwd: directory });
    const files = readdirSync(directory).filter((file) => file.endsWith('.deb'));
    for (const file of files) await run('dpkg', ['-x', join(directory, file), `${root}.new`]);
    await run('mv', [`${root}.new`, root]);
  });
  return root;
}

/**
 * Makes a Python environment with packages of one version; the first time it needs PyPI.
 *
 * @returns its interpreter
 * @throws Error that says what is missing
 */
export async function fetchPythonPackages(name: string, packages: readonly string[]): Promise<string> {
  const directory = join(cache, `python-${name}`);
  const python = join(directory, 'bin', 'python');
  if (existsSync(join(directory, 'ready'))) return python;
  await orMissing(`Python with ${packages.join(', ')}`, directory, async () => {
    await run('python3', ['-m', 'venv', directory]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
    mkdirSync(join(directory, 'ready'));
  });
  return python;
}

async function orMissing(what: string, directory: string, get: () => Promise<unknown>): Promise<void> {
  try {
    await get();
  } catch (cause) {
    rmSync(directory, { recursive: true, force: true });
    throw new Error(`${what} cannot be had: ${String(cause)}`, { cause });
  }
}
