import type { EnvironmentName, LogTypeName, TemplateId } from '@culprit/kernel';
import { createParameters } from './parameters.js';
import type { ParameterStatistics } from './parameters.js';
import type { StructuredEvent, TemplateAlias } from './structured-event.js';
import type { TroubleStatistics } from './trouble-rate.js';

/** Gaps between occurrences, in seconds. */
export interface GapStatistics {
  count: number;
  mean: number;
  /** Mean and sum of squared deviations of ln(gap). */
  logMean: number;
  logSquares: number;
  longest: number;
}

/** Counts per minute, remembered for about half of the age of the template. */
export interface RateStatistics {
  /** Whole minutes that entered the means. */
  minutes: number;
  mean: number;
  meanSquare: number;
  longestPeak: number;
  /** Index of the minute being filled and its count so far. */
  minute: number;
  minuteCount: number;
  /** The last six bins: index of the newest and the counts, newest last. */
  lastBin: number;
  window: number[];
}

/** What is normal for one template of one log type. */
export interface TemplateBaseline {
  readonly templateId: TemplateId;
  readonly firstSeen: number;
  lastSeen: number;
  /** The same on the observed clock of its environment. */
  lastObserved: number;
  total: number;
  /** Stretches of activity, separated by quiet of {@link episodeGapMillis}; decays with the memory of the log type. */
  episodes: number;
  episodesAt: number;
  badness: number;
  /** How improbable its first time was; 1 once it was told that it keeps coming. */
  newcomer: number;
  gaps: GapStatistics;
  rate: RateStatistics;
  parameters: ParameterStatistics;
  /** Absences on the work clock of the log type; see missing.ts. */
  share: ShareStatistics;
  /** The newest event, for a silence to show. */
  lastEvent: StructuredEvent | undefined;
  /** Start of the bin from which the same finding may be told again. */
  quietUntil: { rateUp: number; rateDown: number; severity: number };
  isSilent: boolean;
  /** Bin at which its absence is looked at: -Infinity never, Infinity once anybody speaks. */
  awaitedAt: number;
}

/** How much a log type has to do, counted in records: a clock that stands still when nobody asks anything of it. */
export interface WorkClock {
  /** Records so far, bursts cut. */
  records: number;
  /** Bins with work, and the mean number of records in them. */
  bins: number;
  mean: number;
}

/** How often a template comes among the records of its log type. */
export interface ShareStatistics {
  /** Bins in which it came, and its records in them. */
  showings: number;
  count: number;
  /** Work done before it came first, and when it came last; -1 before that. */
  firstRecord: number;
  lastRecord: number;
  /** Longest absence, in records that its share of the work would have made; forgets slowly. */
  longest: number;
  isMissing: boolean;
}

/** What is normal for one log type. */
export interface LogTypeBaseline {
  readonly environment: EnvironmentName;
  readonly logType: LogTypeName;
  readonly firstSeen: number;
  /** The same on the observed clock of its environment, as are all times of {@link NoveltyStatistics}. */
  firstObserved: number;
  lastSeen: number;
  /** When it last came back after a pause far beyond its usual gaps. */
  resumedAt: number;
  recordCount: number;
  readonly templates: Map<TemplateId, TemplateBaseline>;
  /** Templates that turned out to be others; bounded like the templates. */
  readonly aliases: Map<TemplateId, TemplateId>;
  /** Templates of which nothing is reported before this event time, ms; bounded like the templates. */
  readonly mutedUntil: Map<TemplateId, number>;
  /** First times, quiet and in change phases; see novelty.ts. */
  novelty: NoveltyStatistics;
  /** Returns of rare lines; see rarity.ts. */
  readonly rarity: RarityClass[];
  /** Failures reported per minute, over all templates. */
  readonly trouble: TroubleStatistics;
  /** Decayed mean of 2^badness over unusual lines. */
  weightSum: number;
  weightCount: number;
  gaps: GapStatistics;
  readonly work: WorkClock;
  lastEvent: StructuredEvent | undefined;
  isSilent: boolean;
  awaitedAt: number;
  /** Pods that spoke, with their newest time; bounded. */
  readonly pods: Map<string, number>;
}

/** How often new templates appear in one log type, counted in bursts: lines of one program come in company. */
export interface NoveltyStatistics {
  /** Sum of squared ages (s) at which a burst of new templates began outside change phases. */
  squaredAges: number;
  /** Bursts with lines of trouble among them, by how bad: each grade holds the ones above it. */
  readonly grades: NoveltyGrade[];
  changeCount: number;
  changeSeconds: number;
  changeUntil: number;
  /** Start of the newest burst, ms. */
  lastBurst: number;
}

/** Returns of known lines that are so rare and at least so bad to one log type. */
export interface RarityClass {
  /** Sum of squared ages (s) at which a burst of them began. */
  squaredAges: number;
  /** Start of the newest burst, ms. */
  lastBurst: number;
}

/** Bursts with new lines that are at least so bad in them, outside and inside change phases. */
export interface NoveltyGrade {
  count: number;
  changeCount: number;
  /** Start of the newest one, ms. */
  lastBurst: number;
}

/** Quiet time that ends a stretch of activity, and the window of the rarity test. */
export const episodeGapMillis = 120_000;

/** A template never seen before `time`. */
export function createTemplateBaseline(templateId: TemplateId, time: number): TemplateBaseline {
  return {
    templateId,
    firstSeen: time,
    lastSeen: -Infinity,
    lastObserved: -Infinity,
    total: 0,
    episodes: 0,
    episodesAt: -Infinity,
    badness: 0,
    newcomer: 1,
    gaps: createGaps(),
    rate: createRate(),
    parameters: createParameters(),
    share: { showings: 0, count: 0, firstRecord: -1, lastRecord: -1, longest: 0, isMissing: false },
    lastEvent: undefined,
    quietUntil: { rateUp: -Infinity, rateDown: -Infinity, severity: -Infinity },
    isSilent: false,
    awaitedAt: -Infinity,
  };
}

/** A log type first heard of in a bin, which began at `observed` on the observed clock. */
export function createLogTypeBaseline(
  environment: EnvironmentName,
  logType: LogTypeName,
  { bin, observed }: { readonly bin: number; readonly observed: number },
): LogTypeBaseline {
  return {
    environment,
    logType,
    firstSeen: bin,
    firstObserved: observed,
    lastSeen: -Infinity,
    resumedAt: bin,
    recordCount: 0,
    templates: new Map(),
    aliases: new Map(),
    mutedUntil: new Map(),
    novelty: {
      squaredAges: 0,
      grades: [],
      changeCount: 0,
      changeSeconds: 0,
      changeUntil: -Infinity,
      lastBurst: -Infinity,
    },
    rarity: [],
    trouble: { rate: createRate(), quietUntil: -Infinity, told: 1 },
    weightSum: 4,
    weightCount: 2,
    gaps: createGaps(),
    work: { records: 0, bins: 0, mean: 0 },
    lastEvent: undefined,
    isSilent: false,
    awaitedAt: -Infinity,
    pods: new Map(),
  };
}

function createRate(): RateStatistics {
  return {
    minutes: 0,
    mean: 0,
    meanSquare: 0,
    longestPeak: 0,
    minute: -1,
    minuteCount: 0,
    lastBin: -1,
    window: [0, 0, 0, 0, 0, 0],
  };
}

/** Nothing known of any gap yet. */
export function createGaps(): GapStatistics {
  return { count: 0, mean: 0, logMean: 0, logSquares: 0, longest: 0 };
}

/** Takes in one gap (s, > 0). Welford's update, forgetting beyond 200 gaps. */
export function addGap(gaps: GapStatistics, seconds: number): void {
  const gap = Math.max(seconds, 0.001);
  gaps.count += 1;
  const weight = 1 / Math.min(gaps.count, 200);
  gaps.mean += (gap - gaps.mean) * weight;
  const log = Math.log(gap);
  const delta = log - gaps.logMean;
  gaps.logMean += delta * weight;
  gaps.logSquares += (delta * (log - gaps.logMean) - gaps.logSquares) * weight;
  gaps.longest = Math.max(gaps.longest * 0.999, gap);
}

/**
 * Lets `alias.into` stand for `alias.templateId` from now on and folds what was learned of the one into the other.
 *
 * @param maxAliases remembered; the oldest go
 */
export function applyAlias(logType: LogTypeBaseline, alias: TemplateAlias, maxAliases: number): void {
  const { templates, aliases } = logType;
  aliases.set(alias.templateId, alias.into);
  const [oldest] = aliases.keys();
  if (aliases.size > maxAliases && oldest !== undefined) aliases.delete(oldest);
  const from = templates.get(alias.templateId);
  if (from === undefined) return;
  const target = templates.get(alias.into) ?? {
    ...from,
    templateId: alias.into,
    total: 0,
    awaitedAt: -Infinity,
  };
  templates.delete(alias.templateId);
  templates.set(alias.into, foldTemplate(target, from));
}

/**
 * Folds the baseline of a template into the one it was merged into, as if both had always been one.
 * Sums where sums are meant; for gaps and rates the better known side wins.
 */
function foldTemplate(into: TemplateBaseline, from: TemplateBaseline): TemplateBaseline {
  const better = from.total > into.total ? from : into;
  return {
    ...better,
    templateId: into.templateId,
    firstSeen: Math.min(into.firstSeen, from.firstSeen),
    lastSeen: Math.max(into.lastSeen, from.lastSeen),
    lastObserved: Math.max(into.lastObserved, from.lastObserved),
    total: into.total + from.total,
    episodes: Math.max(into.episodes, from.episodes),
    badness: Math.max(into.badness, from.badness),
    lastEvent: into.lastSeen >= from.lastSeen ? into.lastEvent : from.lastEvent,
    isSilent: into.isSilent && from.isSilent,
    awaitedAt: into.awaitedAt,
  };
}
