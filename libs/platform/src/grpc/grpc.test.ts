import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError } from '@culprit/kernel';
import {
  credentials,
  makeClientConstructor,
  type ClientDuplexStream,
  type sendUnaryData,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Controller, Module, UseGuards } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { service as healthService } from 'grpc-health-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Access } from '../access/access.js';
import { AccessGuard, Tenant } from '../access/access.guard.js';
import { createHealth, type Health } from '../health.js';
import { createHttpApp, type HttpApp } from '../http-app.js';
import { systemClock } from '../lifecycle.js';
import { silentLogger } from '../logger.js';
import { createMetrics } from '../metrics.js';
import { RequestError } from '../problem.js';
import { ACCESS } from '../tokens.js';
import { certificates } from '../tls/certificates.test-data.js';
import type { GrpcClientOptions } from './grpc-client.js';
import { openGrpcClient } from './open-grpc-client.js';
import type { TlsFiles } from '../tls/tls-files.js';

/** Text as a protobuf message with one string field. */
const textCodec = {
  encode: (message: { readonly text: string }) => ({
    finish: () => {
      const bytes = Buffer.from(message.text);
      return new Uint8Array([0x0a, bytes.length, ...bytes]);
    },
  }),
  decode: (bytes: Uint8Array) => ({ text: Buffer.from(bytes.subarray(2)).toString('utf8') }),
};

const method = {
  requestType: textCodec,
  requestStream: false,
  responseType: textCodec,
  responseStream: false,
} as const;
const echoService = {
  fullName: 'culprit.sample.v1.EchoService',
  methods: {
    echo: { ...method, name: 'Echo' },
    fail: { ...method, name: 'Fail' },
    stall: { ...method, name: 'Stall' },
  },
} as const;

/** What failing calls carried, once for every attempt. */
const attempts: string[] = [];

class EchoController {
  echo(request: { readonly text: string }, tenant: string): { readonly text: string } {
    return { text: `${tenant}: ${request.text}` };
  }

  fail({ text }: { readonly text: string }): never {
    attempts.push(text);
    if (text === 'busy')
      throw new AppError({ code: 'CULPRIT_BUS_FULL', message: 'the queue is full', isRetryable: true });
    if (text === 'bug') throw new Error('SELECT secret FROM table');
    throw new RequestError({ code: 'CULPRIT_QUERY_NOT_FOUND', detail: 'there is no such report' });
  }

  stall(): Promise<never> {
    return new Promise(() => {});
  }
}

class EchoModule {
  readonly name = 'echo';
}

// Decorators as plain calls: the test runner's transform knows the decorator syntax only in compiled sources.
Controller()(EchoController);
UseGuards(AccessGuard)(EchoController);
for (const [key, { name }] of Object.entries(echoService.methods)) {
  const property = Object.getOwnPropertyDescriptor(EchoController.prototype, key);
  if (property === undefined) throw new Error(`no method ${key}`);
  GrpcMethod(echoService.fullName, name)(EchoController.prototype, key, property);
}
Payload()(EchoController.prototype, 'echo', 0);
Tenant()(EchoController.prototype, 'echo', 1);
Module({})(EchoModule);

const token = 'a-token-long-enough';
const protoText = `syntax = "proto3";
package culprit.sample.v1;
message Text { string text = 1; }
service EchoService {
  rpc Echo(Text) returns (Text);
  rpc Fail(Text) returns (Text);
  rpc Stall(Text) returns (Text);
}`;

const directory = mkdtempSync(join(tmpdir(), 'culprit-grpc-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function fileOf(name: keyof typeof certificates): string {
  const path = join(directory, `${name}.pem`);
  writeFileSync(path, certificates[name]);
  return path;
}

describe('gRPC beside HTTP', { timeout: 20_000 }, () => {
  const file = join(directory, 'echo.proto');
  const open: { close(): unknown }[] = [];
  writeFileSync(file, protoText);
  afterEach(async () => {
    for (const part of open.splice(0).toReversed()) await part.close();
  });

  async function start(options: { health?: Health; port?: number; tls?: TlsFiles } = {}): Promise<{
    readonly app: HttpApp;
    readonly address: string;
  }> {
    const { health = createHealth(), port = 0, tls } = options;
    const access = new Access({
      side: 'query',
      tokens: [{ tenant: 'acme', token }],
      anonymousFrom: 'loopback',
    });
    const app = await createHttpApp({
      logger: silentLogger,
      metrics: createMetrics(),
      health,
      clock: systemClock,
      modules: [
        {
          module: EchoModule,
          controllers: [EchoController],
          providers: [{ provide: ACCESS, useValue: access }],
        },
      ],
      grpc: { host: '127.0.0.1', port, services: [{ definition: echoService, file }], tls },
    });
    open.push(app);
    await app.listen('127.0.0.1', 0);
    return { app, address: app.grpcAddress ?? '' };
  }

  async function clientOf(address: string, options: Partial<GrpcClientOptions> = {}) {
    const client = await openGrpcClient(echoService, { address, deadlineMs: 5_000, token, ...options });
    open.push(client);
    return client;
  }

  it('answers a call for the tenant of its token, and none without one', async () => {
    const { address } = await start();
    const client = await clientOf(address);
    const stranger = await clientOf(address, { token: undefined });
    expect(await client.echo({ text: 'hello' })).toEqual({ text: 'acme: hello' });
    await expect(stranger.echo({ text: 'hello' })).rejects.toMatchObject({
      code: 'CULPRIT_HTTP_UNAUTHENTICATED',
      isRetryable: false,
    });
  });

  it('says why a call failed with our code, and nothing of what went wrong inside', async () => {
    const { address } = await start();
    const client = await clientOf(address);
    await expect(client.fail({ text: 'missing' })).rejects.toMatchObject({
      code: 'CULPRIT_QUERY_NOT_FOUND',
      message: '/culprit.sample.v1.EchoService/Fail: there is no such report',
    });
    await expect(client.fail({ text: 'bug' })).rejects.toSatisfy(
      (error: Error) => error.message.includes('internal error') && !error.message.includes('SELECT'),
    );
  });

  it('gives a call up at its deadline', async () => {
    const { address } = await start();
    const client = await clientOf(address, { deadlineMs: 50 });
    await expect(client.stall({ text: '' })).rejects.toMatchObject({
      code: 'CULPRIT_PLATFORM_CALL_FAILED',
      isRetryable: true,
    });
  });

  it('repeats a call that finds the server busy, until the budget of its client is spent', async () => {
    const { address } = await start();
    const client = await clientOf(address);
    attempts.length = 0;
    await expect(client.fail({ text: 'busy' })).rejects.toMatchObject({ code: 'CULPRIT_BUS_FULL' });
    expect(attempts).toHaveLength(3);
    for (let call = 0; call < 5; call++) await client.fail({ text: 'busy' }).catch(() => undefined);
    attempts.length = 0;
    await expect(client.fail({ text: 'busy' })).rejects.toThrow('the queue is full');
    expect(attempts).toHaveLength(1);
  });

  it('tells probes whether it can serve, and clients what it serves', async () => {
    const health = createHealth();
    const { address } = await start({ health });
    expect(await checkHealth(address)).toBe('SERVING');
    expect(await listServices(address)).toEqual(['culprit.sample.v1.EchoService', 'grpc.health.v1.Health']);
    health.addCheck('store', () => 'is away');
    await expect.poll(() => checkHealth(address), { timeout: 10_000 }).toBe('NOT_SERVING');
  });

  it('refuses a port that is taken in our own words', async () => {
    const { address } = await start();
    await expect(start({ port: Number(address.split(':')[1]) })).rejects.toMatchObject({
      code: 'CULPRIT_PLATFORM_PORT_UNUSABLE',
    });
  });

  it('serves only those whose certificate its authority signed', async () => {
    const authorityFile = fileOf('authority');
    const filesOf = (who: 'server' | 'client' | 'stranger'): TlsFiles => ({
      certificateFile: fileOf(`${who}Certificate`),
      keyFile: fileOf(`${who}Key`),
      authorityFile,
    });
    const { address: opened } = await start({ tls: filesOf('server') });
    const address = opened.replace('127.0.0.1', 'localhost');
    const known = await clientOf(address, { tls: filesOf('client') });
    const stranger = await clientOf(address, { tls: filesOf('stranger'), deadlineMs: 500 });
    const plain = await clientOf(address, { deadlineMs: 500 });
    expect(await known.echo({ text: 'hello' })).toEqual({ text: 'acme: hello' });
    await expect(stranger.echo({ text: 'hello' })).rejects.toMatchObject({ isRetryable: true });
    await expect(plain.echo({ text: 'hello' })).rejects.toMatchObject({ isRetryable: true });
  });
});

/** What `grpc_health_probe` asks. */
async function checkHealth(address: string): Promise<unknown> {
  const client = new (makeClientConstructor(healthService, 'Health'))(address, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      const answer: sendUnaryData<{ readonly status: string }> = (error, response) =>
        error === null ? resolve(response?.status) : reject(error);
      client['check']?.({ service: echoService.fullName }, answer);
    });
  } finally {
    client.close();
  }
}

/** What `grpcurl list` asks. */
async function listServices(address: string): Promise<unknown> {
  const name = 'grpc.reflection.v1.ServerReflection';
  const manifest = createRequire(import.meta.url).resolve('@grpc/reflection/package.json');
  const proto = join(dirname(manifest), 'build/proto/grpc/reflection/v1/reflection.proto');
  const service = loadSync(proto)[name] as ServiceDefinition;
  const client = new (makeClientConstructor(service, name))(address, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      const call = client['ServerReflectionInfo']?.() as ClientDuplexStream<unknown, ListAnswer>;
      call.on('data', ({ listServicesResponse }: ListAnswer) =>
        resolve(listServicesResponse.service.map(({ name }) => name).toSorted()),
      );
      call.on('error', reject);
      call.write({ listServices: '' });
    });
  } finally {
    // The stream stays open: a server that stops must not wait for those who listen.
    client.close();
  }
}

interface ListAnswer {
  readonly listServicesResponse: { readonly service: readonly { readonly name: string }[] };
}
