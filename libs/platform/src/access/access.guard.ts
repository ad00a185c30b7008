import { Inject, createParamDecorator } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ACCESS } from '../tokens.js';
import { anonymousTenant } from './access.js';
import type { Access, AccessRequest, Principal } from './access.js';

/** Lets a request pass when the {@link Access} of its module does, and notes who it is from. */
export class AccessGuard implements CanActivate {
  readonly #access: Access;

  constructor(@Inject(ACCESS) access: Access) {
    this.#access = access;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const principal = await this.#access.admitPerson(accessRequestOf(context));
    this.#access.checkRole(principal, handlerNameOf(context));
    return true;
  }
}

/** The tenant that {@link AccessGuard} found, as a controller argument. */
export const Tenant = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => principalIn(context)?.tenant ?? anonymousTenant,
);

/** Who {@link AccessGuard} found, as a controller argument. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const principal = principalIn(context);
  if (principal === undefined) throw new Error('a route that asks for its caller needs AccessGuard');
  return principal;
});

/** `Class.method` of what answers, without `Controller`: the key of tables about routes. */
export function handlerNameOf(context: ExecutionContext): string {
  return `${context.getClass().name.replace(/Controller$/, '')}.${context.getHandler().name}`;
}

/** Who the request is from, once {@link AccessGuard} let it pass. */
export function principalIn(context: ExecutionContext): Principal | undefined {
  return accessRequestOf(context).principal;
}

/** What of a gRPC call decides about access. */
interface Call {
  readonly metadata: { getMap(): Readonly<Record<string, string | Buffer>> };
  getPeer(): string;
}

const requestByCall = new WeakMap<Call, AccessRequest>();

/** What a request over HTTP or gRPC says about access; the same object for the same request. */
export function accessRequestOf(context: ExecutionContext): AccessRequest {
  if (context.getType() !== 'rpc') return context.switchToHttp().getRequest<AccessRequest>();
  const call = context.getArgByIndex<Call>(2);
  const request = requestByCall.get(call) ?? requestOfCall(call);
  requestByCall.set(call, request);
  return request;
}

function requestOfCall(call: Call): AccessRequest {
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
