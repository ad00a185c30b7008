/** Nest's own token of an interceptor round every handler of a process. */
export { APP_INTERCEPTOR } from '@nestjs/core/constants.js';

/** Injection tokens of what every module of a process shares. */
export const LOGGER = Symbol('culprit.logger');
export const METRICS = Symbol('culprit.metrics');
export const HEALTH = Symbol('culprit.health');
export const TRACING = Symbol('culprit.tracing');
export const CLOCK = Symbol('culprit.clock');
/** Provided by each module that guards its controllers with AccessGuard. */
export const ACCESS = Symbol('culprit.access');
export const OPENAPI = Symbol('culprit.openapi');
