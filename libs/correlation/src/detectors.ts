import type { DetectorKind } from './report.js';
import { episodeRate, strengthOf } from './log-type-history.js';
import type { LogTypeHistory } from './log-type-history.js';

/** A cluster of anomalies too tight for chance. */
export interface Alarm {
  readonly detector: DetectorKind;
  /** The statistic of the detector, in nats; comparable within one detector. */
  readonly score: number;
  readonly members: readonly string[];
  /** True if nothing was said, only missed. */
  readonly isAbsence: boolean;
}

/** A log type that stands out now. */
export interface Deviation {
  readonly logType: string;
  readonly strength: number;
  /** Probability of this strength within the window by the log type's own past. */
  readonly probability: number;
  /** Episodes at least this strong per day. */
  readonly perDay: number;
}

const scanWindowsMillis = [60_000, 300_000] as const;
const maxClusterSize = 15;

/**
 * The wide scan: how many log types stand out together, against how many would by chance.
 *
 * For the j smallest p-values of S log types the statistic is S x KL(j/S || p_(j)), maximised over j >= 2 and over
 * windows of one and five minutes. Source: Berk and Jones 1979; as a scan, cf. higher criticism, Donoho and Jin 2004.
 */
export function scanWide(histories: readonly LogTypeHistory[], alive: number, at: number): Alarm | undefined {
  let best: Alarm | undefined;
  for (const windowMillis of scanWindowsMillis) {
    const deviations = deviationsOf(histories, { at, windowMillis });
    const scope = Math.max(alive, deviations.length);
    for (let j = 2; j <= Math.min(deviations.length, maxClusterSize); j++) {
      const probability = deviations[j - 1]?.probability ?? 1;
      const score = berkJones(j, scope, probability);
      if (score > (best?.score ?? 0)) {
        best = {
          detector: 'wide',
          score,
          members: deviations.slice(0, j).map(({ logType }) => logType),
          isAbsence: false,
        };
      }
    }
  }
  return best;
}

/**
 * The narrow scan: one log type so far beyond its own past that chance would do it rarely anywhere, the more so where
 * others stand out at the same time.
 *
 * The score is -ln of how many times a day chance does that: the rate of the strongest over all log types, times the
 * chance that so many others keep it company (Berk-Jones over the rest, less one nat for the choice of how many).
 */
export function scanNarrow(
  histories: readonly LogTypeHistory[],
  alive: number,
  at: number,
): Alarm | undefined {
  const deviations = deviationsOf(histories, { at, windowMillis: 300_000 });
  const [strongest] = deviations;
  if (strongest === undefined) return undefined;
  const scope = Math.max(alive, deviations.length, 1);
  let company = 0;
  let size = 1;
  for (let j = 2; j <= Math.min(deviations.length, maxClusterSize); j++) {
    const score = berkJones(j - 1, scope - 1, deviations[j - 1]?.probability ?? 1) - 1;
    if (score <= company) continue;
    company = score;
    size = j;
  }
  const members = deviations.slice(0, size).map(({ logType }) => logType);
  const score = company - Math.log(strongest.perDay * scope);
  return { detector: 'narrow', score, members, isAbsence: false };
}

/** The log types that stand out, least probable first. */
export function deviationsOf(
  histories: readonly LogTypeHistory[],
  { at, windowMillis }: { readonly at: number; readonly windowMillis: number },
): Deviation[] {
  const deviations: Deviation[] = [];
  for (const history of histories) {
    const strength = strengthOf(history, { at, windowMillis });
    if (strength <= 0) continue;
    const rate = episodeRate(history, strength, at);
    const probability = 1 - Math.exp((-rate * windowMillis) / 1000);
    deviations.push({ logType: history.logType, strength, probability, perDay: rate * 86_400 });
  }
  return deviations.toSorted((a, b) => a.probability - b.probability || (a.logType < b.logType ? -1 : 1));
}

/** S x KL(j/S || p) where j/S exceeds p, else 0. */
export function berkJones(j: number, scope: number, probability: number): number {
  const share = j / scope;
  if (share <= probability) return 0;
  const rest = share < 1 ? (1 - share) * Math.log((1 - share) / (1 - probability)) : 0;
  return scope * (share * Math.log(share / probability) + rest);
}
