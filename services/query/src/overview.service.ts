import { formatRfc3339 } from '@culprit/kernel';
import type { EnvironmentName, EpochNanos } from '@culprit/kernel';
import type { Health } from '@culprit/platform';
import { formatDuration } from '@culprit/scoring';
import type { LogTypeOverview, OverviewRepository, TenantContext } from '@culprit/store';
import { z } from 'zod';
import { count, named, time } from './answer-shapes.js';

/** How far the learning of something has come. */
const learningAnswer = named('Learning', 'How far the learning has come', {
  state: z.enum(['empty', 'learning', 'learned']).describe('`empty` before the first record'),
  seconds: z.number().min(0).describe('Event time seen so far'),
  text: z.string().describe('For people, for example `learning: 40 min so far`'),
});
export type LearningJson = z.output<typeof learningAnswer>;

const logTypeAnswer = named('LogType', 'What is stored of one log type', {
  environment: z.string(),
  logType: z.string(),
  events: count,
  templates: count,
  firstSeen: time,
  lastSeen: time,
  eventsPerSecond: z.number().min(0),
  learning: learningAnswer,
});
export type LogTypeJson = z.output<typeof logTypeAnswer>;

/** What there is and how it goes. */
export const overviewAnswer = named('Overview', 'What there is and how it goes', {
  events: count,
  lines: count.describe('Input lines the events were joined from'),
  reports: count,
  eventsPerSecond: z.number().min(0),
  firstSeen: time.nullable(),
  lastSeen: time.nullable(),
  diskBytes: z.number().min(0),
  learning: learningAnswer,
  lag: z
    .record(z.string(), z.number())
    .readonly()
    .describe('Records that wait before each stage of this process'),
  notices: z.array(z.string()).readonly().describe('What a person should know, in sentences'),
  logTypes: z.array(logTypeAnswer).readonly(),
});
export type OverviewJson = z.output<typeof overviewAnswer>;

/** Where a tenant's numbers come from. */
interface OverviewStore {
  forTenant(context: TenantContext): { readonly overview: OverviewRepository };
}

const NANOS_PER_SECOND = 1_000_000_000n;
const NOTEWORTHY_LAG = 1_000;

/** Tells what is stored, how fast it comes and how much of it is learned. */
export class OverviewService {
  readonly #store: OverviewStore;
  readonly #health: Health;
  readonly #learningSeconds: number;

  constructor(options: {
    readonly store: OverviewStore;
    readonly health: Health;
    readonly learningMinutes: number;
  }) {
    this.#store = options.store;
    this.#health = options.health;
    this.#learningSeconds = options.learningMinutes * 60;
  }

  async read(tenant: string, environment?: EnvironmentName): Promise<OverviewJson> {
    const [overview, notices] = await Promise.all([
      this.#store.forTenant({ tenant }).overview.read(environment),
      this.#notices(),
    ]);
    return {
      events: overview.eventCount,
      lines: overview.lineCount,
      reports: overview.reportCount,
      eventsPerSecond: roundToTenth(
        overview.logTypes.reduce((sum, { eventsPerSecond }) => sum + eventsPerSecond, 0),
      ),
      firstSeen: overview.firstSeen === undefined ? null : formatRfc3339(overview.firstSeen),
      lastSeen: overview.lastSeen === undefined ? null : formatRfc3339(overview.lastSeen),
      diskBytes: overview.diskBytes,
      learning: this.#learning(overview.firstSeen, overview.lastSeen),
      lag: this.#health.lags(),
      notices,
      logTypes: overview.logTypes.map((logType) => this.#logType(logType)),
    };
  }

  #logType(logType: LogTypeOverview): LogTypeJson {
    return {
      environment: logType.environment,
      logType: logType.logType,
      events: logType.eventCount,
      templates: logType.templateCount,
      firstSeen: formatRfc3339(logType.firstSeen),
      lastSeen: formatRfc3339(logType.lastSeen),
      eventsPerSecond: roundToTenth(logType.eventsPerSecond),
      learning: this.#learning(logType.firstSeen, logType.lastSeen),
    };
  }

  #learning(firstSeen: EpochNanos | undefined, lastSeen: EpochNanos | undefined): LearningJson {
    if (firstSeen === undefined || lastSeen === undefined) {
      return { state: 'empty', seconds: 0, text: 'no log line yet' };
    }
    const seconds = Number((lastSeen - firstSeen) / NANOS_PER_SECOND);
    const duration = formatDuration(seconds);
    return seconds < this.#learningSeconds
      ? { state: 'learning', seconds, text: `learning: ${duration} so far` }
      : { state: 'learned', seconds, text: `learned from ${duration}` };
  }

  async #notices(): Promise<readonly string[]> {
    const { reasons } = await this.#health.readiness();
    const behind = Object.entries(this.#health.lags()).filter(([, lag]) => lag > NOTEWORTHY_LAG);
    return [
      ...this.#health.notices(),
      ...Object.entries(reasons).map(([part, reason]) => `${part}: ${reason}`),
      ...behind.map(([stage, lag]) => `${stage} is ${lag} records behind`),
    ];
  }
}

function roundToTenth(value: number): number {
  return Math.round(value * 10) / 10;
}
