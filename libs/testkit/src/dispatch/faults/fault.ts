import type { Dice } from '../../dice.js';
import type { LineMatcher } from '../../scenario.js';
import type { Platform } from '../platform.js';

const MINUTE = 60_000;

/** What a planted fault knows about itself. */
export interface PlantedFault {
  readonly culprit: string;
  /** Milliseconds since the epoch. */
  readonly end: number;
  readonly rootLines: readonly LineMatcher[];
  readonly symptomLines: readonly LineMatcher[];
}

/** Schedules a fault: its lines and what it does to the health of the platform. */
export type Plant = (platform: Platform, dice: Dice, onset: number) => PlantedFault;

/** How long a fault lasts until somebody has repaired it, ms. */
export function lastingOf(dice: Dice): number {
  return dice.between(11, 14) * MINUTE;
}

/** Repeats something during a stretch of time, at drawn gaps of `from` to `to` seconds. */
export function during(
  platform: Platform,
  dice: Dice,
  stretch: {
    readonly start: number;
    readonly end: number;
    readonly gapSeconds: readonly [from: number, to: number];
  },
  task: (now: number) => void,
): void {
  const { start, end, gapSeconds } = stretch;
  for (let at = start; at < end; at += dice.between(...gapSeconds) * 1000) platform.sim.schedule(at, task);
}

/** Lines that several faults lead to. */
export const symptoms = {
  requestFailed: {
    name: 'gateway fails',
    logType: 'dispatch/gateway',
    contains: ['"msg":"request failed"'],
  },
  upstreamFailed: {
    name: 'upstream fails',
    logType: 'dispatch/gateway',
    contains: ['"msg":"upstream request failed"'],
    occursWhenHealthy: true,
  },
  serverError: {
    name: 'Envoy says 5xx',
    logType: 'edge/envoy',
    contains: ['HTTP/2" 50'],
    occursWhenHealthy: true,
  },
  slowQuotes: {
    name: 'slow quotes',
    logType: 'dispatch/pricing',
    contains: ['pricing.quote'],
    pattern: /in (?:1[3-9]\d|[2-9]\d\d|\d{4,}) ms/,
  },
  notStored: {
    name: 'order not stored',
    logType: 'dispatch/orders',
    contains: ['could not be stored'],
  },
} as const satisfies Readonly<Record<string, LineMatcher>>;
