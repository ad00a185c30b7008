import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/** A workspace: its name, its folder relative to the repository, and the workspaces it stands on. */
export interface Room {
  readonly name: string;
  readonly folder: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const pagesFolder = 'services/console/dist/pages';
/** Services that serve the pages of the console. */
const pageServers: ReadonlySet<string> = new Set(['query', 'culprit']);
/** What a workspace holds for those who work on it, and nobody needs who runs it. */
const leftOut =
  /(?:^|\/)(?:src|node_modules|tsconfig[^/]*|[^/]*\.test(?:-data)?\.[^/]*|[^/]*\.map|[^/]*\.d\.ts|README\.md)$/;

/** All workspaces below a repository, by name. */
export function readRooms(repository: string): ReadonlyMap<string, Room> {
  const files = globSync('{libs,services}/*/package.json', { cwd: repository });
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(repository, file), 'utf8');
      const { name, dependencies = {} } = JSON.parse(text) as Partial<Room> & { name: string };
      return [name, { name, folder: file.slice(0, -'/package.json'.length), dependencies }];
    }),
  );
}

/**
 * A workspace and all that it stands on, itself first.
 *
 * @throws Error when the repository has no such workspace
 */
export function roomsOf(rooms: ReadonlyMap<string, Room>, folder: string): readonly Room[] {
  const start = [...rooms.values()].find((room) => room.folder === folder);
  if (start === undefined) throw new Error(`there is no workspace ${folder}`);
  const found = new Set([start]);
  for (const room of found)
    for (const name of Object.keys(room.dependencies)) {
      const next = rooms.get(name);
      if (next !== undefined) found.add(next);
    }
  return [...found];
}

/** Copies what a room needs when it runs: its manifest, what was compiled, and files it reads. */
export function copyRoom(repository: string, room: Room, target: string): void {
  const source = join(repository, room.folder);
  if (!existsSync(join(source, 'dist'))) throw new Error(`${room.folder} was not built: run "npm run build"`);
  cpSync(source, target, {
    recursive: true,
    filter: (file) => file === source || !leftOut.test(relative(source, file)),
  });
}

/** Copies the built pages to where the services look for them, seen from the folder that holds `services`. */
export function copyPages(repository: string, target: string): void {
  if (!existsSync(join(repository, pagesFolder, 'index.html')))
    throw new Error('the pages were not built: run "npm run build"');
  cpSync(join(repository, pagesFolder), join(target, pagesFolder), { recursive: true });
}

/** Copies the contracts, which servers of gRPC read when they start. */
export function copyContracts(repository: string, target: string): void {
  cpSync(join(repository, 'proto'), join(target, 'proto'), {
    recursive: true,
    filter: (file) => !/\.\w+$/.test(basename(file)) || file.endsWith('.proto'),
  });
}

/**
 * Puts a service, the rooms it stands on and its entry `start.mjs` into a folder, as an image holds them; packages of
 * others are not part of it.
 *
 * @param service name of a folder below `services`
 */
export function assembleService(repository: string, service: string, target: string): void {
  for (const room of roomsOf(readRooms(repository), `services/${service}`))
    copyRoom(repository, room, join(target, room.folder));
  if (pageServers.has(service)) copyPages(repository, target);
  const entry = service === 'culprit' ? 'bin/culprit.js' : 'dist/main.js';
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'start.mjs'), `await import('./services/${service}/${entry}');\n`);
  for (const script of ['healthcheck.mjs', 'smoke.mjs'])
    cpSync(join(repository, 'deploy/docker', script), join(target, script));
  copyContracts(repository, target);
  for (const file of ['LICENSE', 'CHANGELOG.md'])
    cpSync(join(repository, file), join(target, basename(file)));
}

if (import.meta.main) {
  const [service, target] = process.argv.slice(2);
  if (service === undefined || target === undefined) {
    process.stderr.write('usage: node deploy/docker/assemble.ts SERVICE FOLDER\n');
    process.exit(64);
  }
  assembleService(join(import.meta.dirname, '..', '..'), service, target);
}
