import type { Dice } from '@culprit/testkit';
import { address, composeCorpus, isoTime, pickSkewed } from '../corpus.js';

type Fields = Readonly<Record<string, unknown>>;

const statements: readonly [(dice: Dice) => Fields, ...((dice: Dice) => Fields)[]] = [
  (dice) => ({
    level: 'info',
    msg: 'request completed',
    method: dice.pick(['GET', 'POST', 'PUT']),
    path: `/api/v2/carts/${dice.uuid()}`,
    status: dice.pick([200, 201, 204, 404]),
    duration_ms: dice.below(400),
    client: { ip: address(dice), agent: 'okhttp/4.12' },
  }),
  (dice) => ({ level: 'debug', msg: 'cache lookup', key: `cart:${dice.uuid()}`, hit: dice.chance(0.8) }),
  (dice) => ({
    level: 'info',
    msg: `published event cart.updated to partition ${dice.below(12)}`,
    bytes: dice.below(4_000),
  }),
  (dice) => ({
    level: 'info',
    msg: 'token refreshed',
    subject: `user-${dice.below(9_000)}`,
    scopes: ['read', 'write'],
  }),
  (dice) => ({
    level: 'warn',
    msg: 'slow query',
    sql: 'select * from carts where owner = $1',
    took: `${dice.below(9)}.${dice.below(10)}s`,
  }),
  (dice) => ({
    level: 'warn',
    msg: `retrying call to pricing, attempt ${1 + dice.below(4)} of 5`,
    error: { code: 'ETIMEDOUT', host: 'pricing', port: 8080 },
  }),
  (dice) => ({
    level: 'error',
    msg: 'payment declined',
    order: dice.below(90_000),
    reason: dice.pick(['insufficient funds', 'card expired', 'issuer unavailable']),
  }),
  (dice) => ({
    level: 'error',
    msg: 'unhandled rejection',
    stack: `TypeError: Cannot read properties of undefined (reading 'price')\n    at total (/srv/app/cart.js:${1 + dice.below(200)}:17)\n    at async handle (/srv/app/server.js:88:5)`,
  }),
];

/** A service that writes one JSON object a line, with nested values and now and then a stack. */
export const jsonService = composeCorpus('json-service', 300, (dice, millis) =>
  JSON.stringify({ time: isoTime(millis), service: 'cart', ...pickSkewed(dice, statements)(dice) }),
);
