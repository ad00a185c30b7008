import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const repository = path.resolve(import.meta.dirname, '../../..');

/** The rooms without side effects, from right to left: each may import those before it. */
export const pureRooms = ['kernel', 'records', 'mining', 'scoring', 'correlation', 'pipeline'] as const;

const services = ['ingest', 'structuring', 'scoring', 'correlation', 'query'] as const;

/** What the source of a room may import besides its own files. An entry ending in `/*` stands for everything below. */
export interface RoomLaw {
  readonly folder: string;
  readonly mayImport: readonly string[];
}

const room = (name: string): string => `@culprit/${name}`;
const pure = pureRooms.map(room);
const nest = ['@nestjs/*', 'rxjs', 'rxjs/*', 'reflect-metadata', 'fastify'];

/** Codecs of other people's protocols: only the doors of ingest need them. */
const wireFormats = ['@bufbuild/protobuf/wire', '@grpc/grpc-js', '@msgpack/msgpack'];

/** What query reaches people and their assistants by: mail, and the Model Context Protocol. */
const peoplesWays = ['nodemailer', '@modelcontextprotocol/*', 'openid-client'];

/**
 * Who may import whom. The drivers appear once: NestJS in platform and the services, ClickHouse in store, Kafka in bus,
 * protobuf in contracts. Everything that is not listed is forbidden.
 */
export const laws: readonly RoomLaw[] = [
  ...pureRooms.map((name, index) => ({ folder: `libs/${name}`, mayImport: pure.slice(0, index) })),
  { folder: 'libs/contracts', mayImport: [...pure, '@bufbuild/protobuf', '@bufbuild/protobuf/*'] },
  { folder: 'libs/bus', mayImport: [...pure, room('contracts'), 'node:*', 'kafkajs', 'snappyjs'] },
  {
    folder: 'libs/store',
    mayImport: [...pure, room('contracts'), 'node:*', '@clickhouse/client', 'chdb', 'chdb/*'],
  },
  {
    folder: 'libs/platform',
    mayImport: [
      ...pure,
      ...['contracts', 'bus', 'store'].map(room),
      'node:*',
      ...nest,
      'zod',
      'pino',
      '@grpc/*',
      'grpc-health-check',
      '@opentelemetry/*',
    ],
  },
  { folder: 'libs/testkit', mayImport: [...pure, ...['contracts', 'bus', 'store'].map(room), 'node:*'] },
  ...services.map((name) => ({
    folder: `services/${name}`,
    mayImport: [
      ...pure,
      ...['contracts', 'bus', 'store', 'platform'].map(room),
      'node:*',
      ...nest,
      'zod',
      ...(name === 'ingest' ? wireFormats : []),
      ...(name === 'query' ? peoplesWays : []),
    ],
  })),
  {
    folder: 'services/console',
    mayImport: [
      ...['kernel', 'correlation'].map(room),
      // Types of the wire; nothing of them is left in the pages.
      room('service-query/module'),
      'react',
      'react-dom/*',
      '@tanstack/*',
    ],
  },
  {
    folder: 'services/culprit',
    mayImport: [
      ...pure,
      ...['contracts', 'bus', 'store', 'platform', 'testkit'].map(room),
      ...services.map((name) => `@culprit/service-${name}/module`),
      'node:*',
      ...nest,
      'zod',
      'commander',
      'cli-progress',
      'picocolors',
    ],
  },
];

/** What tests beside the source may import on top of their room's law. */
export const testsMayImport = [
  'vitest',
  'fast-check',
  'node:*',
  '@culprit/testkit',
  '@nestjs/testing',
  // They pack as foreign senders do.
  'lz4js',
  'snappyjs',
];

/** The fields of a package.json that the fences look at. */
export interface PackageJson {
  readonly name: string;
  readonly version?: string;
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A npm workspace of this repository. */
export interface Workspace {
  /** Relative to the repository, for example `libs/kernel`. */
  readonly folder: string;
  readonly packageJson: PackageJson;
}

/** Every folder below libs/ and services/ that has a package.json. */
export function readWorkspaces(root = repository): readonly Workspace[] {
  return ['libs', 'services'].flatMap((parent) =>
    readdirSync(path.join(root, parent), { withFileTypes: true })
      .map((entry) => `${parent}/${entry.name}`)
      .filter((folder) => existsSync(path.join(root, folder, 'package.json')))
      .toSorted()
      .map((folder) => ({ folder, packageJson: readPackageJson(path.join(root, folder)) })),
  );
}

export function readPackageJson(folder: string): PackageJson {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as PackageJson;
}
