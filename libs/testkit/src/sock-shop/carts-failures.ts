import { mongoText } from './databases.js';
import { heapTrace } from './java.js';
import type { Shop, Visitor } from './shop.js';

/** How a request to the carts goes wrong. */
export interface CartsFailure {
  readonly waitMillis: number;
  /** Writes what the services say when they give up. */
  tell(at: number): void;
}

/** Why the carts cannot answer now; undefined when they can. */
export function cartsFailure(shop: Shop, visitor: Visitor): CartsFailure | undefined {
  const { dice } = shop;
  const { health } = shop.world;
  const frontEndSays =
    (...lines: readonly string[]) =>
    (at: number): void => {
      for (const line of lines) shop.say(at, visitor.pod, line);
    };
  if (health.dns === 'timing-out')
    return {
      waitMillis: 5000 + dice.between(0, 40),
      tell: frontEndSays('Error: getaddrinfo EAI_AGAIN carts carts:80'),
    };
  // A corrupted link loses most packets, yet now and then one exchange gets through.
  if (health.cartsDb === 'unreachable' && dice.chance(0.93))
    return {
      waitMillis: 10_000 + dice.between(2, 60),
      tell: (at) => {
        shop.cartsTimeout(at);
      },
    };
  if (health.carts === 'refused')
    return {
      waitMillis: dice.between(1, 4),
      tell: frontEndSays(
        'Error: connect ECONNREFUSED 10.100.33.7:80',
        '    at TCPConnectWrap.afterConnect [as oncomplete] (net.js:1107:14)',
      ),
    };
  return health.carts === 'out-of-heap' && dice.chance(0.6) ? heapFailure(shop) : undefined;
}

function heapFailure(shop: Shop): CartsFailure {
  const cause =
    'org.springframework.web.util.NestedServletException: Handler dispatch failed; nested exception is java.lang.OutOfMemoryError: Java heap space';
  return {
    waitMillis: shop.dice.between(1800, 9000),
    tell: (at) => {
      shop.servletError(at, 'carts', cause, heapTrace);
    },
  };
}

/** What a request to the carts takes longer because their database reads every document, milliseconds. */
export function cartsDelay(shop: Shop, at: number): number {
  const { dice, world } = shop;
  if (world.health.cartsQueries === 'indexed') return 0;
  const delay = dice.between(1200, 8200);
  const done = at + delay;
  shop.keepClientWaiting(done);
  const line = {
    at: done,
    severity: 'I',
    component: 'COMMAND',
    id: 51_803,
    context: `conn${String(12_000 + dice.below(9000))}`,
    message: 'Slow query',
    attributes: `{"type":"command","ns":"data.cart","command":{"find":"cart","filter":{"customerId":"${dice.hex(24)}"},"$db":"data"},"planSummary":"COLLSCAN","keysExamined":0,"docsExamined":${String(2_100_000 + dice.below(90_000))},"numYields":${String(1600 + dice.below(90))},"nreturned":1,"reslen":412,"durationMillis":${String(Math.floor(delay))}}`,
  } as const;
  shop.say(done, shop.pod('carts-db'), mongoText(world, line));
  return delay;
}
