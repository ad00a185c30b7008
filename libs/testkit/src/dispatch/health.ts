import type { Dice } from '../dice.js';

/** How a call over the network can fail. */
export type FailureKind =
  | 'certificate'
  | 'expired-token'
  | 'lock'
  | 'name'
  | 'no-address'
  | 'no-space'
  | 'pool'
  | 'refused'
  | 'reset'
  | 'timeout';

/** Who calls whom. */
export type Link =
  | 'gateway>location'
  | 'gateway>orders'
  | 'gateway>pricing'
  | 'location>kafka'
  | 'location>redis'
  | 'matcher>maps'
  | 'matcher>redis'
  | 'notifier>push'
  | 'orders>kafka'
  | 'orders>postgres'
  | 'payouts>bank'
  | 'payouts>postgres'
  | 'pricing>redis';

/** What can take longer than usual. */
export type Stage = 'match' | 'postgres' | 'price' | 'push';

interface Trouble {
  readonly how: FailureKind;
  /** Part of the calls that fail, 0..1. */
  readonly share: number;
}

/** What faults change and programs look at. */
export interface Health {
  readonly links: Map<Link, Trouble>;
  /** Factor on durations. */
  readonly slow: Map<Stage, number>;
  surgeFactor: number;
  payoutJob: 'runs' | 'stopped';
  positions: 'flow' | 'stalled';
  /** Orders wait until somebody leads the matchers. */
  matching: 'led' | 'leaderless';
  notifierConsumes: boolean;
  /** Messages behind, and how much it grows in a minute. */
  lagGrowth: number;
  matcherDebug: boolean;
}

/** Everything works, but for the small share of failures that every network has. */
export function createHealth(): Health {
  return {
    links: new Map(usualTrouble),
    slow: new Map(),
    surgeFactor: 1,
    payoutJob: 'runs',
    positions: 'flow',
    matching: 'led',
    notifierConsumes: true,
    lagGrowth: 0,
    matcherDebug: false,
  };
}

const usualTrouble: readonly (readonly [Link, Trouble])[] = [
  ['matcher>maps', { how: 'timeout', share: 0.004 }],
  ['notifier>push', { how: 'reset', share: 0.006 }],
  ['payouts>bank', { how: 'timeout', share: 0.008 }],
  ['gateway>pricing', { how: 'reset', share: 0.0008 }],
  ['orders>kafka', { how: 'timeout', share: 0.0006 }],
];

/** Breaks a link, and mends it to what it usually is. */
export function setLink(health: Health, link: Link, trouble?: Trouble): void {
  const usual = usualTrouble.find(([name]) => name === link)?.[1];
  const next = trouble ?? usual;
  if (next === undefined) health.links.delete(link);
  else health.links.set(link, next);
}

/** How the next call over a link fails; undefined when it does not. */
export function failureOf(health: Health, link: Link, dice: Dice): FailureKind | undefined {
  const trouble = health.links.get(link);
  return trouble !== undefined && dice.chance(trouble.share) ? trouble.how : undefined;
}

/** Milliseconds that a stage takes: mostly near the median, now and then several times as long. */
export function durationOf(health: Health, stage: Stage, median: number, dice: Dice): number {
  const tail = dice.chance(0.01) ? dice.between(2, 6) : 1;
  return median * dice.between(0.6, 1.5) * tail * (health.slow.get(stage) ?? 1);
}
