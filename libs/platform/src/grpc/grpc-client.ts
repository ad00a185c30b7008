import { Client, credentials, Metadata, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js';
import { methodOf, type GeneratedService } from './definition.js';
import { callError } from './grpc-status.js';
import { readTls, type TlsFiles } from '../tls/tls-files.js';

/** How to reach a service. */
export interface GrpcClientOptions {
  /** `host:port`; a name with several addresses spreads calls over them. */
  readonly address: string;
  /** How long a call may take with all its repetitions. */
  readonly deadlineMs: number;
  readonly tls?: TlsFiles | undefined;
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
}

type MessageOf<Codec> = Codec extends { decode(bytes: Uint8Array): infer Message } ? Message : never;

type UnaryNames<Service extends GeneratedService> = {
  [Name in keyof Service['methods']]: Service['methods'][Name] extends {
    readonly requestStream: false;
    readonly responseStream: false;
  }
    ? Name
    : never;
}[keyof Service['methods']];

/** The methods of a service that take and give one message, as functions. They reject with AppError. */
export type GrpcClient<Service extends GeneratedService> = {
  readonly [Name in UnaryNames<Service>]: (
    request: MessageOf<Service['methods'][Name]['requestType']>,
  ) => Promise<MessageOf<Service['methods'][Name]['responseType']>>;
} & { close(): void };

/**
 * Attempts of a call that finds nobody, and the budget of all calls of a client: ten failures in a row leave no
 * repetitions (gRFC A6: every failure costs one token of ten, every success gives a tenth back, and below five tokens
 * nothing is repeated).
 */
const retry = { maxAttempts: 3, maxTokens: 10, tokenRatio: 0.1 };
const maxAnswerBytes = 16 << 20;

/** Opens a client; connecting happens with the first call. */
export function createGrpcClient<Service extends GeneratedService>(
  service: Service,
  options: GrpcClientOptions,
): GrpcClient<Service> {
  const client = new Client(options.address, credentialsOf(options.tls), {
    'grpc.service_config': serviceConfigOf(service),
    'grpc.max_receive_message_length': maxAnswerBytes,
    'grpc.enable_retries': 1,
  });
  const unary = Object.entries(service.methods).filter(
    ([, { requestStream, responseStream }]) => !requestStream && !responseStream,
  );
  const calls = unary.map(([name, generated]) => {
    const method = methodOf(service, generated);
    const call = (request: never): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const metadata = new Metadata();
        if (options.token !== undefined) metadata.set('authorization', `Bearer ${options.token}`);
        client.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          request,
          metadata,
          { deadline: Date.now() + options.deadlineMs },
          (error: ServiceError | null, response?: unknown) => {
            if (error === null) resolve(response);
            else reject(callError(method.path, error));
          },
        );
      });
    return [name, call] as const;
  });
  return { ...Object.fromEntries(calls), close: () => client.close() } as GrpcClient<Service>;
}

function serviceConfigOf({ fullName }: GeneratedService): string {
  return JSON.stringify({
    methodConfig: [
      {
        name: [{ service: fullName }],
        retryPolicy: {
          maxAttempts: retry.maxAttempts,
          initialBackoff: '0.1s',
          maxBackoff: '1s',
          backoffMultiplier: 2,
          retryableStatusCodes: ['UNAVAILABLE'],
        },
      },
    ],
    retryThrottling: { maxTokens: retry.maxTokens, tokenRatio: retry.tokenRatio },
  });
}

function credentialsOf(tls: TlsFiles | undefined): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure();
  const { certificate, key, authority } = readTls(tls);
  return credentials.createSsl(authority, key, certificate);
}
