import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  loadPackageDefinition,
  logVerbosity,
  Server,
  ServerCredentials,
  setLogVerbosity,
  type GrpcObject,
} from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation, protoPath as healthProto } from 'grpc-health-check';
import { ServerGrpc, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Health } from '../health.js';
import { serviceOf, type GeneratedService } from './definition.js';
import { readTls, type TlsFiles } from '../tls/tls-files.js';

/** A service that is answered over gRPC; its methods are those of controllers with `@GrpcMethod`. */
export interface GrpcService {
  readonly definition: GeneratedService;
  /** Where it is declared, below `proto/`: what reflection tells. */
  readonly file: string;
}

/** Where and what a process answers over gRPC. */
export interface GrpcOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly services: readonly GrpcService[];
  readonly tls?: TlsFiles | undefined;
}

/** A larger request is refused before it is read. */
const maxRequestBytes = 4 << 20;
const maxStreamsPerConnection = 64;
/** How old what the health service says may be. */
const healthIntervalMs = 1_000;
/** How long calls may go on when the process stops; streams that somebody watches would never end. */
const drainMs = 2_000;

const healthName = 'grpc.health.v1.Health';

const protoDirectory = fileURLToPath(new URL('../../../../proto', import.meta.url));

// The library writes to standard error by itself, for example that a port is taken, which we say in our own words.
setLogVerbosity(logVerbosity.NONE);

/**
 * Nest's gRPC server with what clients and probes expect beside the services: reflection (`grpcurl list`) and
 * `grpc.health.v1.Health`, which says what `/readyz` says. Messages are those of the generated code.
 */
export class GrpcServer extends ServerGrpc implements CustomTransportStrategy {
  readonly #options: GrpcOptions;
  readonly #health: Health;
  readonly #status = new HealthImplementation();
  #timer: NodeJS.Timeout | undefined;
  #server: Server | undefined;
  #port = 0;

  constructor(options: GrpcOptions, health: Health) {
    const packages = options.services.map(({ definition }) => packageOf(definition));
    super({ package: [...new Set(packages)], gracefulShutdown: true });
    this.#options = options;
    this.#health = health;
  }

  /** The port that was opened. */
  get port(): number {
    return this.#port;
  }

  override async createClient(): Promise<Server> {
    const { host, port, tls } = this.#options;
    const server = new Server({
      'grpc.max_receive_message_length': maxRequestBytes,
      'grpc.max_concurrent_streams': maxStreamsPerConnection,
    });
    this.#port = await bind(server, `${host}:${port}`, credentialsOf(tls));
    this.#status.addToServer(server);
    this.#reflect(server);
    await this.#tellHealth();
    this.#timer = setInterval(() => void this.#tellHealth(), healthIntervalMs);
    this.#timer.unref();
    this.#server = server;
    return server;
  }

  override loadProto(): GrpcObject {
    const entries = this.#options.services.map(({ definition }) => [
      definition.fullName,
      serviceOf(definition),
    ]);
    return loadPackageDefinition(Object.fromEntries(entries));
  }

  override async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#tell('NOT_SERVING');
    const late = setTimeout(() => this.#server?.forceShutdown(), drainMs);
    await super.close();
    clearTimeout(late);
  }

  #reflect(server: Server): void {
    const names = this.#options.services.map(({ definition }) => definition.fullName);
    const described = describe(this.#options.services.map(({ file }) => file));
    new ReflectionService(described, { services: [...names, healthName] }).addToServer(server);
  }

  async #tellHealth(): Promise<void> {
    const { isReady } = await this.#health.readiness();
    this.#tell(isReady ? 'SERVING' : 'NOT_SERVING');
  }

  #tell(status: 'SERVING' | 'NOT_SERVING'): void {
    for (const name of ['', ...this.#options.services.map(({ definition }) => definition.fullName)])
      this.#status.setStatus(name, status);
  }
}

function packageOf({ fullName }: GeneratedService): string {
  return fullName.slice(0, fullName.lastIndexOf('.'));
}

function credentialsOf(tls: TlsFiles | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { certificate, key, authority } = readTls(tls);
  const mustShowOne = authority !== null;
  return ServerCredentials.createSsl(authority, [{ cert_chain: certificate, private_key: key }], mustShowOne);
}

/**
 * What reflection tells: files as buf compiled them. The loader's own description leaves out imports and writes names of types
 * as relative ones (grpc-node#2595), in which strict clients find nothing; it serves for files that are not among ours.
 */
function describe(files: readonly string[]): PackageDefinition {
  const declared = filesOf(readFileSync(join(protoDirectory, 'descriptors.binpb')));
  const names = new Set(declared.map(nameOfFile));
  const foreign = files.filter((file) => !names.has(file));
  const definition = loadSync([...foreign, healthProto], { includeDirs: [protoDirectory] });
  for (const type of Object.values(definition)) {
    if (Array.isArray(type.fileDescriptorProtos)) type.fileDescriptorProtos.push(...declared);
  }
  return definition;
}

/** A descriptor begins with the name of its file: field 1, shorter than 128 bytes. */
function nameOfFile(descriptor: Buffer): string {
  return descriptor.subarray(2, 2 + (descriptor[1] ?? 0)).toString('utf8');
}

/** The files of a `FileDescriptorSet`: all of its fields are field 1 and have a length. */
function filesOf(set: Buffer): readonly Buffer[] {
  const files: Buffer[] = [];
  for (let at = 0; at < set.length;) {
    let length = 0;
    let shift = 0;
    let byte = 0x80;
    for (at += 1; byte >= 0x80; at++, shift += 7) {
      byte = set[at] ?? 0;
      length |= (byte & 0x7f) << shift;
    }
    files.push(set.subarray(at, at + length));
    at += length;
  }
  return files;
}

function bind(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => {
      if (error === null) resolve(port);
      // The library only says that nothing was bound.
      else reject(Object.assign(error, { code: 'EADDRINUSE' }));
    });
  });
}
