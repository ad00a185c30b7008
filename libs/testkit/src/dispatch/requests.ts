import type { Dice } from '../dice.js';
import type { Peer } from './failure-words.js';
import { nodeError } from './failure-words.js';
import type { FailureKind, Link } from './health.js';
import { failureOf } from './health.js';
import { envoy, pino } from './formats.js';
import { peers } from './peers.js';
import type { Platform } from './platform.js';

const AGENTS = [
  'parcelwing-ios/7.14.1',
  'parcelwing-android/7.14.0',
  'parcelwing-web/2.3',
  'courier-android/4.40.2',
] as const;
const TIMEOUT_MS = 3000;

/** A call of a client through Envoy and the gateway. */
export interface ApiCall {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly path: string;
  readonly upstream: 'location' | 'orders' | 'pricing';
  /** Status when all goes well. */
  readonly status: number;
  /** What the service behind the gateway answered; undefined when it could not, and the gateway says 503. */
  readonly answer: { readonly status: number; readonly millis: number };
}

const links = {
  orders: 'gateway>orders',
  pricing: 'gateway>pricing',
  location: 'gateway>location',
} as const satisfies Readonly<Record<ApiCall['upstream'], Link>>;

/** True when the gateway would reach a service now; when not, its lines of trouble are written. */
export function reach(platform: Platform, dice: Dice, at: number, call: Omit<ApiCall, 'answer'>): boolean {
  const how = failureOf(platform.health, links[call.upstream], dice);
  if (how === undefined) return true;
  failAtGateway(platform, dice, at, { call, how, peer: peers[call.upstream] });
  return false;
}

/** Writes what gateway and Envoy say about a call that was answered. */
export function complete(platform: Platform, dice: Dice, at: number, call: ApiCall): void {
  const { status, millis } = call.answer;
  const id = dice.uuid();
  const pod = platform.pod('gateway', dice);
  const took = millis + dice.between(1, 5);
  pino(platform, at + took, pod, {
    level: status >= 500 ? 'ERROR' : 'INFO',
    msg: status >= 500 ? 'request failed' : 'request completed',
    fields: {
      reqId: id,
      req: { method: call.method, url: call.path },
      res: { statusCode: status },
      responseTime: Math.round(took),
    },
  });
  writeAccess(platform, dice, at, { call, id, status, millis: took + dice.between(0.5, 3) });
}

function failAtGateway(
  platform: Platform,
  dice: Dice,
  at: number,
  failure: {
    readonly call: Omit<ApiCall, 'answer'>;
    readonly how: FailureKind;
    readonly peer: Peer;
  },
): void {
  const { call, how, peer } = failure;
  const id = dice.uuid();
  const millis = how === 'timeout' ? TIMEOUT_MS : dice.between(2, 40);
  const status = how === 'timeout' ? 504 : how === 'expired-token' ? 401 : 503;
  pino(platform, at + millis, platform.pod('gateway', dice), {
    level: 'ERROR',
    msg: 'upstream request failed',
    fields: {
      reqId: id,
      req: { method: call.method, url: call.path },
      upstream: call.upstream,
      res: { statusCode: status },
      err: nodeError(how, peer),
      responseTime: Math.round(millis),
    },
  });
  writeAccess(platform, dice, at, { call, id, status, millis: millis + 2 });
}

function writeAccess(
  platform: Platform,
  dice: Dice,
  at: number,
  access: {
    readonly call: Omit<ApiCall, 'answer'>;
    readonly id: string;
    readonly status: number;
    readonly millis: number;
  },
): void {
  const { call, id, status, millis } = access;
  envoy(platform, at + millis, platform.pod('envoy', dice), {
    method: call.method,
    path: call.path,
    status,
    bytes: status === 204 ? 0 : 120 + dice.below(1400),
    millis,
    id,
    agent: dice.pick(AGENTS),
    client: clientAddress(dice),
    upstream: `${platform.pod('gateway', dice).ip}:3000`,
  });
}

/** What couriers' telephones send all the time: Envoy alone writes a line. */
export function reportPosition(platform: Platform, dice: Dice, at: number): void {
  const millis = dice.between(2, 14);
  envoy(platform, at + millis, platform.pod('envoy', dice), {
    method: 'POST',
    path: '/v1/positions',
    status: 204,
    bytes: 0,
    millis,
    id: dice.uuid(),
    agent: 'courier-android/4.40.2',
    client: clientAddress(dice),
    upstream: `${platform.pod('location', dice).ip}:7070`,
  });
}

function clientAddress(dice: Dice): string {
  return `${String(80 + dice.below(12))}.${String(dice.below(256))}.${String(dice.below(256))}.${String(1 + dice.below(254))}`;
}
