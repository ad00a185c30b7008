import { AppError } from '@culprit/kernel';
import type { AddressInfo } from 'node:net';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { DynamicModule, INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { GrpcOptions } from './grpc/grpc-server.js';
import { createHttpAdapter } from './http-adapter.js';
import { createNestLogger } from './logger.js';
import { PlatformModule } from './platform.module.js';
import type { PlatformParts } from './platform.module.js';
import { RequestError } from './problem.js';
import { ProblemFilter } from './problem.filter.js';
import type { TlsSource } from './tls/tls-source.js';

/** Options of {@link createHttpApp}. */
export interface HttpAppOptions extends PlatformParts {
  /** Feature modules, already configured. */
  readonly modules: readonly DynamicModule[];
  /** Encrypts the HTTP port. */
  readonly tls?: TlsSource | undefined;
  /** What is answered over gRPC too; the libraries for it are loaded only then. */
  readonly grpc?: GrpcOptions | undefined;
}

/** A running or runnable process with an HTTP port. */
export interface HttpApp {
  /**
   * Opens the port.
   *
   * @param port 0 picks a free one
   * @returns the address clients can use, for example `http://127.0.0.1:8080`
   * @throws AppError CULPRIT_PLATFORM_PORT_UNUSABLE when the port is taken or not allowed
   */
  listen(host: string, port: number): Promise<string>;
  /** `host:port` of the gRPC server once {@link listen} is done; undefined without one. */
  readonly grpcAddress: string | undefined;
  /** Stops accepting, waits for requests under way, runs the shutdown hooks of all modules. */
  close(): Promise<void>;
}

/**
 * Builds a Nest application on Fastify that speaks problem+json for every error, sends strict security headers,
 * allows no cross-origin reads and logs nothing per request.
 */
export async function createHttpApp(options: HttpAppOptions): Promise<HttpApp> {
  const root = PlatformModule.register(options, options.modules);
  const adapter = createHttpAdapter(options.tls);
  const app = await NestFactory.create(root, adapter, {
    logger: createNestLogger(options.logger),
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalPipes(new StandardSchemaValidationPipe({ exceptionFactory: invalidRequest }));
  const grpc = options.grpc === undefined ? undefined : await connectGrpc(app, options.grpc, options);
  if (grpc === undefined) app.useGlobalFilters(new ProblemFilter(options.logger));
  return {
    get grpcAddress() {
      return grpc?.address;
    },
    async listen(host, port) {
      await app.init();
      await grpc?.listen();
      try {
        // Nest's own listen would also log what the caller is told below.
        await adapter.getInstance().listen({ port, host });
      } catch (error) {
        throw portError(error, host, port);
      }
      const address = app.getHttpServer().address() as AddressInfo;
      const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      return `${options.tls === undefined ? 'http' : 'https'}://${name}:${address.port}`;
    },
    close: () => app.close(),
  };
}

/** A gRPC server that belongs to an application. */
interface ConnectedGrpc {
  readonly address: string;
  listen(): Promise<void>;
}

async function connectGrpc(
  app: INestApplication,
  options: GrpcOptions,
  { health, logger }: PlatformParts,
): Promise<ConnectedGrpc> {
  const { CallFilter } = await import('./grpc/call.filter.js');
  const { GrpcServer } = await import('./grpc/grpc-server.js');
  const server = new GrpcServer(options, health);
  app.useGlobalFilters(new CallFilter(logger));
  app.connectMicroservice({ strategy: server }, { inheritAppConfig: true });
  return {
    get address() {
      return `${options.host}:${server.port}`;
    },
    async listen() {
      try {
        await app.startAllMicroservices();
      } catch (error) {
        throw portError(error, options.host, options.port);
      }
    },
  };
}

/** Where in a request a value breaks which rule, as the Standard Schema interface says it. */
interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a client hears of a request that breaks the rules of its schema. */
export function invalidRequest(issues: readonly SchemaIssue[]): RequestError {
  const errors = issues.slice(0, MAX_FIELD_PROBLEMS).map((issue) => ({
    field: (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
    rule: issue.message,
  }));
  const detail = errors.map(({ field, rule }) => (field === '' ? rule : `${field}: ${rule}`)).join('; ');
  return new RequestError({ code: 'CULPRIT_HTTP_INVALID', detail, errors });
}

const MAX_FIELD_PROBLEMS = 20;

const whyPortFails: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses it',
  EACCES: 'this user may not use it',
  EADDRNOTAVAIL: 'this machine does not have the address',
};

function portError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = whyPortFails[code];
  if (reason === undefined) return error;
  return new AppError({
    code: 'CULPRIT_PLATFORM_PORT_UNUSABLE',
    message: `cannot listen on ${host} port ${port}: ${reason}`,
    hint: 'Choose another one with --port.',
    cause: error,
  });
}
