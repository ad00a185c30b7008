import { Inject, createParamDecorator } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { anonymousTenant } from './access.js';
import type { Access, AccessRequest } from './access.js';
import { ACCESS } from './tokens.js';

/** Lets a request pass when the {@link Access} of its module does, and notes the tenant on it. */
export class AccessGuard implements CanActivate {
  readonly #access: Access;

  constructor(@Inject(ACCESS) access: Access) {
    this.#access = access;
  }

  canActivate(context: ExecutionContext): boolean {
    const request = requestOf(context);
    request.tenant = this.#access.tenantOf(request);
    return true;
  }
}

/** The tenant that {@link AccessGuard} found, as a controller argument. */
export const Tenant = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => requestOf(context).tenant ?? anonymousTenant,
);

/** What of a gRPC call decides about access. */
interface Call {
  readonly metadata: { getMap(): Readonly<Record<string, string | Buffer>> };
  getPeer(): string;
}

const requestByCall = new WeakMap<Call, AccessRequest>();

function requestOf(context: ExecutionContext): AccessRequest {
  if (context.getType() !== 'rpc') return context.switchToHttp().getRequest<AccessRequest>();
  const call = context.getArgByIndex<Call>(2);
  const request = requestByCall.get(call) ?? accessRequestOf(call);
  requestByCall.set(call, request);
  return request;
}

function accessRequestOf(call: Call): AccessRequest {
  const { authorization } = call.metadata.getMap();
  return {
    headers: typeof authorization === 'string' ? { authorization } : {},
    ip: addressOf(call.getPeer()),
    method: 'POST',
  };
}

/** The address of a peer without its port. */
function addressOf(peer: string): string {
  const end = peer.lastIndexOf(':');
  return (end < 0 ? peer : peer.slice(0, end)).replace(/^\[|\]$/g, '');
}
