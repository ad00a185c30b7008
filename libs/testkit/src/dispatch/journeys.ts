import type { Dice } from '../dice.js';
import { goError, javaTrace, nodeError, pythonError } from './failure-words.js';
import { celery, pino, python, spring, zap } from './formats.js';
import { durationOf, failureOf } from './health.js';
import { peers } from './peers.js';
import type { Platform } from './platform.js';
import { complete, reach } from './requests.js';

const SECOND = 1000;
const MINUTE = 60_000;
const ORDER_GAP_MS = 200;
/** Parts of the town. */
export const zones = ['north', 'south', 'harbour', 'campus', 'oldtown'] as const;
const CONTROLLER = 'c.p.orders.api.OrderController';

/** An order on its way from door to door. */
interface Order {
  readonly platform: Platform;
  readonly dice: Dice;
  readonly id: string;
  readonly zone: string;
  readonly courier: string;
}

/** People order; what becomes of each order goes through all services. */
export function startJourneys(platform: Platform): void {
  const dice = platform.dice('journeys');
  const next = (now: number): void => {
    askPrice(
      {
        platform,
        dice,
        id: `ord_${dice.hex(12)}`,
        zone: dice.pick(zones),
        courier: `cr_${dice.hex(6)}`,
      },
      now,
    );
    platform.sim.schedule(now + 1 + dice.gap(ORDER_GAP_MS / platform.load.at(now)), next);
  };
  platform.sim.schedule(platform.sim.now + 500, next);
  startSurge(platform);
}

function startSurge(platform: Platform): void {
  const dice = platform.dice('surge');
  platform.tick(dice, 30 * SECOND, (now) => {
    const pod = platform.pod('pricing', dice);
    for (const zone of zones) {
      const factor = (1 + dice.between(0, 0.6)) * platform.health.surgeFactor;
      python(platform, now + dice.below(200), pod, {
        logger: 'pricing.surge',
        text: `zone=${zone} demand=${String(20 + dice.below(60))} supply=${String(20 + dice.below(50))} factor=${factor.toFixed(2)}`,
      });
    }
  });
}

function askPrice(order: Order, at: number): void {
  const { platform, dice, zone } = order;
  const call = { method: 'POST', path: '/v1/quotes', upstream: 'pricing', status: 200 } as const;
  if (!reach(platform, dice, at, call)) return;
  const pod = platform.pod('pricing', dice);
  const millis = durationOf(platform.health, 'price', 14, dice);
  const client = `${platform.pod('gateway', dice).ip}:${String(32_768 + dice.below(28_000))}`;
  const how = failureOf(platform.health, 'pricing>redis', dice);
  const status = how === undefined ? 200 : 500;
  if (how === undefined)
    python(platform, at + millis, pod, {
      logger: 'pricing.quote',
      text: `zone=${zone} distance_m=${String(400 + dice.below(6000))} total=${(4 + dice.between(0, 14) * platform.health.surgeFactor).toFixed(2)} EUR in ${millis.toFixed(0)} ms`,
    });
  else
    python(platform, at + millis, pod, {
      level: 'ERROR',
      logger: 'uvicorn.error',
      text: `Exception in ASGI application\nTraceback (most recent call last):\n  File "/srv/pricing/quote.py", line 88, in quote\n    cached = await self.cache.get(key)\n${pythonError(how, peers.redis)}`,
    });
  const word = status === 200 ? 'OK' : 'Internal Server Error';
  platform.write(
    at + millis + 1,
    pod,
    `INFO:     ${client} - "POST /quote HTTP/1.1" ${String(status)} ${word}`,
  );
  complete(platform, dice, at, { ...call, answer: { status, millis } });
  if (status === 200 && dice.chance(0.6))
    platform.sim.schedule(at + dice.between(4, 40) * SECOND, (now) => {
      placeOrder(order, now);
    });
}

function placeOrder(order: Order, at: number): void {
  const { platform, dice, id, zone } = order;
  const call = { method: 'POST', path: '/v1/orders', upstream: 'orders', status: 201 } as const;
  if (!reach(platform, dice, at, call)) return;
  const pod = platform.pod('orders', dice);
  const thread = `nio-8080-exec-${String(1 + dice.below(20))}`;
  const how = failureOf(platform.health, 'orders>postgres', dice);
  const base = durationOf(platform.health, 'postgres', 24, dice);
  if (how !== undefined) {
    const millis = how === 'pool' || how === 'lock' || how === 'timeout' ? 5000 + dice.below(60) : base;
    spring(platform, at + millis, pod, {
      level: 'ERROR',
      thread,
      logger: CONTROLLER,
      text: `Order ${id} could not be stored\n\n${javaTrace(how, peers.postgres)}`,
    });
    complete(platform, dice, at, { ...call, answer: { status: 500, millis } });
    return;
  }
  spring(platform, at + base, pod, {
    thread,
    logger: 'c.p.orders.OrderService',
    text: `Order ${id} accepted in zone ${zone}, ${String(1 + dice.below(6))} items, ${String(Math.round(base))} ms`,
  });
  complete(platform, dice, at, { ...call, answer: { status: 201, millis: base } });
  const published = failureOf(platform.health, 'orders>kafka', dice);
  if (published !== undefined)
    spring(platform, at + base + 400, pod, {
      level: 'WARN',
      thread: 'producer-orders',
      logger: 'c.p.orders.events.OrderPublisher',
      text: `Publishing of ${id} to orders.placed failed, will be sent again: Expiring 1 record(s) for orders.placed-${String(dice.below(12))}: 30000 ms has passed since batch creation`,
    });
  platform.sim.schedule(at + dice.between(1, 4) * SECOND, (now) => {
    match(order, now, 1);
  });
}

function match(order: Order, at: number, attempt: number): void {
  const { platform, dice, id, zone, courier } = order;
  const { health } = platform;
  const again = (): void => {
    platform.sim.schedule(at + 15 * SECOND, (now) => {
      if (attempt < 3) match(order, now, attempt + 1);
      else expire(order, now);
    });
  };
  if (health.matching === 'leaderless') {
    again();
    return;
  }
  const pod = platform.pod('matcher', dice);
  const took = durationOf(health, 'match', 9, dice);
  const store = failureOf(health, 'matcher>redis', dice);
  if (store !== undefined || dice.chance(0.02)) {
    const error = store === undefined ? {} : { error: goError(store, peers.redis, dice) };
    zap(platform, at + took, pod, {
      level: store === undefined ? 'INFO' : 'ERROR',
      caller: store === undefined ? 'match/loop.go:131' : 'match/candidates.go:57',
      msg: store === undefined ? 'no courier in range' : 'candidates could not be read',
      fields: { order: id, zone, attempt, ...error },
    });
    again();
    return;
  }
  const route = failureOf(health, 'matcher>maps', dice);
  if (route !== undefined)
    zap(platform, at + took - 1, pod, {
      level: 'WARN',
      caller: 'route/client.go:92',
      msg: 'route service unavailable, using straight line',
      fields: { order: id, error: goError(route, peers.maps, dice) },
    });
  zap(platform, at + took, pod, {
    caller: 'match/loop.go:88',
    msg: 'assigned',
    fields: {
      order: id,
      courier,
      zone,
      candidates: 3 + dice.below(22),
      eta_s: 180 + dice.below(700),
      took_ms: Math.round(took * 10) / 10,
    },
  });
  if (health.matcherDebug) explainMatch(order, at + took - 2);
  afterAssignment(order, at + took);
}

function explainMatch({ platform, dice, id }: Order, at: number): void {
  const pod = platform.pod('matcher', dice);
  for (let index = 0; index < 4; index++)
    zap(platform, at, pod, {
      level: 'DEBUG',
      caller: 'match/score.go:44',
      msg: 'candidate scored',
      fields: { order: id, courier: `cr_${dice.hex(6)}`, score: Number(dice.between(0, 1).toFixed(3)) },
    });
}

function afterAssignment(order: Order, at: number): void {
  const { platform, dice, id, courier } = order;
  spring(platform, at + 30 + dice.below(50), platform.pod('orders', dice), {
    thread: `er-assigned-0-C-1`,
    logger: 'c.p.orders.events.AssignmentListener',
    text: `Order ${id} assigned to courier ${courier}`,
  });
  notify(order, at + 60 + dice.below(200), 'assigned');
  const pickup = at + dice.between(3, 9) * MINUTE;
  platform.sim.schedule(pickup, (now) => {
    reportStatus(order, now, 'picked_up');
  });
  platform.sim.schedule(pickup + dice.between(4, 14) * MINUTE, (now) => {
    reportStatus(order, now, 'delivered');
    settle(order, now + dice.between(1, 6) * SECOND);
  });
}

function expire({ platform, dice, id }: Order, at: number): void {
  spring(platform, at, platform.pod('orders', dice), {
    level: 'WARN',
    thread: 'scheduling-1',
    logger: 'c.p.orders.OrderExpiry',
    text: `Order ${id} expired without a courier`,
  });
}

function notify({ platform, dice, id }: Order, at: number, template: string): void {
  if (!platform.health.notifierConsumes) return;
  const pod = platform.pod('notifier', dice);
  const how = failureOf(platform.health, 'notifier>push', dice);
  const millis = durationOf(platform.health, 'push', 60, dice);
  if (how === undefined)
    pino(platform, at + millis, pod, {
      msg: 'push sent',
      fields: { order: id, template, provider: 'push-v1', ms: Math.round(millis) },
    });
  else
    pino(platform, at + millis, pod, {
      level: 'WARN',
      msg: 'push failed, will retry',
      fields: { order: id, template, attempt: 1, err: nodeError(how, peers.push) },
    });
}

function reportStatus(order: Order, at: number, status: string): void {
  const { platform, dice, id } = order;
  const call = { method: 'PATCH', path: `/v1/trips/${id}`, upstream: 'orders', status: 200 } as const;
  if (!reach(platform, dice, at, call)) return;
  const how = failureOf(platform.health, 'orders>postgres', dice);
  const millis = how === undefined ? durationOf(platform.health, 'postgres', 11, dice) : 5000;
  const pod = platform.pod('orders', dice);
  const thread = `nio-8080-exec-${String(1 + dice.below(20))}`;
  if (how === undefined)
    spring(platform, at + millis, pod, {
      thread,
      logger: 'c.p.orders.trip.TripService',
      text: `Order ${id} is now ${status}`,
    });
  else
    spring(platform, at + millis, pod, {
      level: 'ERROR',
      thread,
      logger: 'c.p.orders.trip.TripController',
      text: `Status ${status} of ${id} could not be stored\n\n${javaTrace(how, peers.postgres)}`,
    });
  complete(platform, dice, at, { ...call, answer: { status: how === undefined ? 200 : 500, millis } });
  notify(order, at + millis + 40, status);
}

/** Pays a courier for a delivery, which a worker does with retries. */
function settle({ platform, dice, id }: Order, at: number): void {
  const pod = platform.pod('payouts', dice);
  const process = `ForkPoolWorker-${String(1 + dice.below(4))}`;
  const task = `payouts.settle[${dice.uuid()}]`;
  celery(platform, at, pod, { process: 'MainProcess', text: `Task ${task} received` });
  const how =
    failureOf(platform.health, 'payouts>postgres', dice) ?? failureOf(platform.health, 'payouts>bank', dice);
  const seconds = dice.between(0.2, 0.9);
  if (how === undefined) {
    celery(platform, at + seconds * SECOND, pod, {
      process,
      text: `Task ${task} succeeded in ${seconds.toFixed(6)}s: {'order': '${id}', 'amount': '${dice.between(2.5, 9).toFixed(2)}'}`,
    });
    return;
  }
  const peer = platform.health.links.has('payouts>postgres') ? peers.postgres : peers.bank;
  celery(platform, at + seconds * SECOND, pod, {
    level: 'WARNING',
    process,
    text: `Task ${task} retry: Retry in 30s: ${pythonError(how, peer)}`,
  });
}
