import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';

/** Bytes of a message, as generated code writes and reads them. */
interface MessageCodec {
  encode(message: never): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
}

/** One method of a generated service definition. */
interface GeneratedMethod {
  readonly name: string;
  readonly requestType: MessageCodec;
  readonly requestStream: boolean;
  readonly responseType: MessageCodec;
  readonly responseStream: boolean;
}

/** A service as `npm run gen` writes it from a proto file. */
export interface GeneratedService {
  /** `culprit.<area>.v1.<Service>`. */
  readonly fullName: string;
  readonly methods: Readonly<Record<string, GeneratedMethod>>;
}

/** What the gRPC library needs to know of one method. */
export function methodOf(
  { fullName }: GeneratedService,
  { name, requestType, requestStream, responseType, responseStream }: GeneratedMethod,
): MethodDefinition<never, unknown> {
  return {
    path: `/${fullName}/${name}`,
    originalName: name,
    requestStream,
    responseStream,
    requestSerialize: (request) => Buffer.from(requestType.encode(request).finish()),
    // Whoever implements the method says what it takes: types of messages end where bytes begin.
    requestDeserialize: (bytes) => requestType.decode(bytes) as never,
    responseSerialize: (response) => Buffer.from(responseType.encode(response as never).finish()),
    responseDeserialize: (bytes) => responseType.decode(bytes),
  };
}

/** The whole service, by the names that the proto file gives to its methods. */
export function serviceOf(service: GeneratedService): ServiceDefinition {
  const methods = Object.values(service.methods).map((method) => [method.name, methodOf(service, method)]);
  return Object.fromEntries(methods) as ServiceDefinition;
}
