import type { GeneratedService } from './definition.js';
import type { GrpcClient, GrpcClientOptions } from './grpc-client.js';

/** A client of a service; the libraries for it are loaded with the first one. */
export async function openGrpcClient<Service extends GeneratedService>(
  service: Service,
  options: GrpcClientOptions,
): Promise<GrpcClient<Service>> {
  const { createGrpcClient } = await import('./grpc-client.js');
  return createGrpcClient(service, options);
}
