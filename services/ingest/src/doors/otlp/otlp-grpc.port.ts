import type { Access, TlsSource } from '@culprit/platform';
import { problemOf } from '@culprit/platform';
import {
  Metadata,
  Server,
  ServerCredentials,
  experimental,
  logVerbosity,
  setLogVerbosity,
  status,
} from '@grpc/grpc-js';
import type { ServerUnaryCall, StatusObject, sendUnaryData } from '@grpc/grpc-js';
import { busy } from '../../errors.js';
import type { Intake } from '../../intake.js';
import type { Port } from '../../ports/port.js';
import { planRequest } from '../../request-plan.js';
import { encodeResponse, encodeStatus } from './otlp-answer.js';
import { otlpDoor } from './otlp.door.js';

const method = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';

/** The status of a call for the status that HTTP has for the same failure. */
const codeByStatus: Readonly<Record<number, status>> = {
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  413: status.RESOURCE_EXHAUSTED,
  429: status.RESOURCE_EXHAUSTED,
  500: status.INTERNAL,
  503: status.UNAVAILABLE,
  504: status.DEADLINE_EXCEEDED,
};

/** A whole message is in memory before anybody can refuse it. */
const maxMessageBytes = 16_777_216;
const maxStreamsPerConnection = 32;
const refreshMillis = 5_000;

// The library writes to standard error by itself, for example that a port is taken, which we say in our own words.
setLogVerbosity(logVerbosity.NONE);

/** OTLP over gRPC: the same messages as over HTTP, with the errors of gRPC. */
export class OtlpGrpcPort implements Port {
  readonly name = 'OTLP/gRPC';
  readonly #intake: Intake;
  readonly #access: Access;
  readonly #server: Server;
  readonly #credentials: ServerCredentials;

  constructor(intake: Intake, access: Access, tls: TlsSource | undefined) {
    this.#credentials = credentialsOf(tls);
    this.#intake = intake;
    this.#access = access;
    this.#server = new Server({
      'grpc.max_receive_message_length': Math.min(maxMessageBytes, intake.config.maxInflatedBytes),
      'grpc.max_concurrent_streams': maxStreamsPerConnection,
    });
    this.#server.addService(
      {
        Export: {
          path: method,
          requestStream: false,
          responseStream: false,
          requestSerialize: asBuffer,
          requestDeserialize: asIs,
          responseSerialize: asBuffer,
          responseDeserialize: asIs,
        },
      },
      {
        Export: (call: ServerUnaryCall<Buffer, Uint8Array>, done: sendUnaryData<Uint8Array>) =>
          void this.#answer(call, done),
      },
    );
  }

  open(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(`${host}:${port}`, this.#credentials, (error, actual) => {
        if (error === null) resolve(actual);
        // The library only says that nothing was bound.
        else reject(Object.assign(error, { code: 'EADDRINUSE' }));
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.tryShutdown(() => resolve());
    });
  }

  async #answer(call: ServerUnaryCall<Buffer, Uint8Array>, done: sendUnaryData<Uint8Array>): Promise<void> {
    try {
      done(null, await this.#export(call));
    } catch (error) {
      done(statusOf(error));
    }
  }

  #export(call: ServerUnaryCall<Buffer, Uint8Array>): Promise<Uint8Array> {
    const intake = this.#intake;
    return intake.counted(async () => {
      intake.checkOpen();
      const headers = call.metadata.getMap();
      const { tenant, environment } = this.#access.admit({
        headers: textsOf(headers),
        ip: addressOf(call.getPeer()),
        method: 'POST',
      });
      const bytes = call.request;
      if (!intake.budget.tryTake(bytes.length, 0)) throw busy('too many bytes are under way');
      try {
        intake.telemetry.body({ wire: bytes.length, inflated: bytes.length });
        const { defaults, batchId, traceparent } = planRequest(
          { ...headers, 'content-encoding': undefined },
          {},
        );
        const mediaType = 'application/x-protobuf';
        const what = { door: otlpDoor, bytes, mediaType, defaults, batchId, traceparent };
        return encodeResponse(await intake.accept({ ...what, tenant, environment }));
      } finally {
        intake.budget.give(bytes.length);
      }
    });
  }
}

/** The files themselves, as the library reads them again by itself when they change. */
function credentialsOf(tls: TlsSource | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { certificateFile, keyFile, authorityFile } = tls.files;
  const provider = new experimental.FileWatcherCertificateProvider({
    certificateFile,
    privateKeyFile: keyFile,
    caCertificateFile: authorityFile ?? certificateFile,
    refreshIntervalMs: refreshMillis,
  });
  return experimental.createCertificateProviderServerCredentials(provider, provider, tls.provesCallers);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes);
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

/** Metadata without the values that are bytes. */
function textsOf(metadata: Readonly<Record<string, string | Buffer>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

/** The address of a peer without its port. */
function addressOf(peer: string): string {
  const end = peer.lastIndexOf(':');
  return (end < 0 ? peer : peer.slice(0, end)).replace(/^\[|\]$/g, '');
}

function statusOf(error: unknown): Partial<StatusObject> {
  const problem = problemOf(error, method);
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(encodeStatus(problem)));
  return { code: codeByStatus[problem.status] ?? status.INVALID_ARGUMENT, details: problem.detail, metadata };
}
