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
    const request = context.switchToHttp().getRequest<AccessRequest>();
    request.tenant = this.#access.tenantOf(request);
    return true;
  }
}

/** The tenant that {@link AccessGuard} found, as a controller argument. */
export const Tenant = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<AccessRequest>().tenant ?? anonymousTenant,
);
