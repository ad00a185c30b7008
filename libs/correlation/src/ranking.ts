import type { Anomaly } from '@culprit/scoring';
import { failureBits } from './failure-bits.js';
import { isAbsence } from './absence.js';
import { changeKindOf } from './change-evidence.js';
import type { ChangeKind } from './change-evidence.js';
import { hasMoved } from './moved.js';
import { timeOf } from './onset.js';
import { templateKey } from './template-key.js';
import { traceBonuses } from './trace-lines.js';

/** An event that may enter the core, with what speaks for it as the cause. */
export interface Candidate {
  readonly anomaly: Anomaly;
  readonly time: number;
  readonly change: ChangeKind | undefined;
  /** How much speaks for it as the cause. */
  readonly causeRank: number;
  /** True if bad lines of other members name the program. */
  readonly isNamed: boolean;
  /** True for the earliest new line of trouble or unexpected change. */
  readonly isFirst: boolean;
  /** True for news from before the onset that chance hardly put there. */
  readonly isPrecursor: boolean;
  /** True for what chance may as well have put beside the story. */
  readonly isChance: boolean;
  /** Extra worth of the innermost frames of a stack trace that was logged line by line. */
  readonly traceBonus: number;
}

const earlyBonus = 6;
const earlyMillis = 300_000;
const changeBonus = { unknown: 9, alarming: 3 } as const;
const changeHalfLifeMillis = 300_000;
const namedBonus = 3;
const stackBonus = 1;
const newsBonus = 2;
const repeatLoss = 4;
/** As unusual events that chance puts between one and the onset: what speaks against it, and what it is held for then. */
const rareCoincidences = 0.03;
export const maxCoincidences = 0.3;
const chanceLoss = 1;
const maxSurprise = 12;
const maxLoudSurprise = 6;
/** For the first news of trouble; each later one gets this share of the one before. */
const firstBonus = 3;
const firstDecay = 0.6;

/** What the story is about. */
export interface RankingContext {
  readonly onset: number;
  readonly members: ReadonlySet<string>;
  /** News from before the onset that chance hardly put there. */
  readonly precursors?: ReadonlySet<Anomaly>;
  /** How many as unusual events chance puts between one and the onset. */
  readonly coincidences?: (anomaly: Anomaly) => number;
}

/**
 * Ranks events as causes: surprise, being early, being a change nobody expected, and being named by the trouble of
 * others; a line that only passes on what another member says loses. The weights are guesses of the design, not fits.
 */
export function rankCandidates(anomalies: readonly Anomaly[], context: RankingContext): Candidate[] {
  const namedBy = countNames(anomalies, context);
  const traceBonus = traceBonuses(anomalies);
  const chance = new Map(anomalies.map((one) => [one, context.coincidences?.(one) ?? 0]));
  const first = firstBonuses(anomalies.filter((one) => (chance.get(one) ?? 0) < maxCoincidences));
  const repeats = repetitions(anomalies);
  return anomalies.map((anomaly) => {
    const time = timeOf(anomaly);
    const change = changeKindOf(anomaly);
    const { logType } = anomaly.event.source;
    const isPrecursor = context.precursors?.has(anomaly) === true;
    const late = isPrecursor ? 0 : Math.abs(time - context.onset) / earlyMillis;
    const early = earlyBonus * Math.max(0, 1 - late);
    const named = Math.min(2, namedBy.get(logType) ?? 0);
    let causeRank =
      Math.min(plainSurprise(anomaly), isLoud(anomaly) ? maxLoudSurprise : maxSurprise) +
      early +
      (isPrecursor ? firstBonus : 0) +
      (namedBonus * named) / 2;
    if (change !== undefined && change !== 'ordinary')
      causeRank += changeBonus[change] * 2 ** (-Math.abs(time - context.onset) / changeHalfLifeMillis);
    if (change === 'ordinary') causeRank -= 2;
    if (anomaly.event.hasStackTrace) causeRank += stackBonus;
    causeRank += (traceBonus.get(anomaly) ?? 0) / 4 + (first.get(anomaly) ?? 0);
    if (repeats.has(anomaly)) causeRank -= repeatLoss;
    const expected = chance.get(anomaly) ?? 0;
    causeRank -= chanceLoss * Math.log1p(expected / rareCoincidences);
    if (isAbsence(anomaly)) causeRank -= 5;
    else if (isNews(anomaly)) causeRank += newsBonus;
    return {
      anomaly,
      time,
      change,
      causeRank,
      isNamed: named > 0,
      isPrecursor,
      isChance: expected >= maxCoincidences,
      isFirst: first.get(anomaly) === firstBonus,
      traceBonus: traceBonus.get(anomaly) ?? 0,
    };
  });
}

/**
 * How unusual an event is, however bad it says it is: the last words of a program that dies are worse than its first
 * complaint, and nearer to the symptom. At most the surprise that badness helped to make.
 */
function plainSurprise({ surprise, evidence }: Anomaly): number {
  const tests = evidence.filter(({ kind }) => kind !== 'severity').map(({ probability }) => probability);
  return Math.min(surprise, -Math.log(Math.min(1, ...tests)));
}

/**
 * True if most of all a number is unusual, of lines or in them: being many, or far out, is what trouble does, not where it
 * comes from.
 */
function isLoud(anomaly: Anomaly): boolean {
  const kind = anomaly.evidence[0]?.kind;
  return kind === 'rate-up' || (kind === 'parameter' && !hasMoved(anomaly));
}

/** True if something is said that was not said before, or hardly ever: more of the usual is rarely a cause. */
function isNews({ evidence }: Anomaly): boolean {
  return evidence.some(({ kind }) => kind === 'novelty' || kind === 'rarity' || kind === 'parameter');
}

/** What broke first is more likely the cause than what broke after it, however close they are: by order, not by time. */
function firstBonuses(anomalies: readonly Anomaly[]): Map<Anomaly, number> {
  const troubles = anomalies.filter(
    (one) => isNews(one) && !isAbsence(one) && (one.badness >= failureBits || isChange(one) || hasMoved(one)),
  );
  const inOrder = troubles.toSorted((a, b) => timeOf(a) - timeOf(b));
  return new Map(inOrder.map((one, rank) => [one, firstBonus * firstDecay ** rank]));
}

/** What says again what its log type said before in the story: the first time is nearer to the cause. */
function repetitions(anomalies: readonly Anomaly[]): ReadonlySet<Anomaly> {
  const seen = new Set<string>();
  const inOrder = anomalies.toSorted((a, b) => timeOf(a) - timeOf(b));
  return new Set(
    inOrder.filter((one) => {
      const key = templateKey(one);
      return seen.has(key) || seen.add(key).size === 0;
    }),
  );
}

/** A change that is not part of daily life. */
function isChange(anomaly: Anomaly): boolean {
  const change = changeKindOf(anomaly);
  return change === 'unknown' || change === 'alarming';
}

/** For every member log type: in how many others a bad line mentions its name. */
function countNames(anomalies: readonly Anomaly[], { members }: RankingContext): Map<string, number> {
  const names = [...members].map((logType) => ({ logType, name: shortName(logType) }));
  const namers = new Map<string, Set<string>>();
  for (const { event, badness } of anomalies) {
    if (badness < 1.5) continue;
    const body = event.body.slice(0, 2_048).toLowerCase();
    for (const { logType, name } of names) {
      if (logType === event.source.logType || name.length < 4 || !mentions(body, name)) continue;
      const set = namers.get(logType) ?? new Set();
      namers.set(logType, set.add(event.source.logType));
    }
  }
  return new Map([...namers].map(([logType, set]) => [logType, set.size]));
}

/**
 * True when a text names a program or host: as a word of its own, so that `carts` is not found in `carts-db`, and not
 * as a part of a path, so that `GET /orders` does not name the service of that name.
 *
 * @param text lower case
 */
export function mentions(text: string, name: string): boolean {
  return finds(text, name, /[a-z0-9_-]/);
}

/** Like {@link mentions}, but a name with something behind it counts too: pods are called after their workload. */
export function names(text: string, name: string): boolean {
  return finds(text, name, /[a-z0-9_]/);
}

function finds(text: string, name: string, continuation: RegExp): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const isHost = text.startsWith('//', at - 2) && at >= 2;
    if (
      (isHost || !/[a-z0-9_./-]/.test(text[at - 1] ?? ' ')) &&
      !continuation.test(text[at + name.length] ?? ' ')
    ) {
      return true;
    }
  }
  return false;
}

/** The last part of a log type's name that names a program. */
export function shortName(logType: string): string {
  const parts = logType.split('/');
  return (parts.at(-1) ?? logType).toLowerCase();
}
