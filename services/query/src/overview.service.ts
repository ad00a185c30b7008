import { formatRfc3339 } from '@culprit/kernel';
import type { EnvironmentName, EpochNanos } from '@culprit/kernel';
import type { Health } from '@culprit/platform';
import { formatDuration } from '@culprit/scoring';
import type { LogTypeOverview, OverviewRepository, TenantContext } from '@culprit/store';

/** How far the learning of something has come. */
export interface LearningJson {
  /** `empty` before the first record. */
  readonly state: 'empty' | 'learning' | 'learned';
  /** Event time seen so far, in seconds. */
  readonly seconds: number;
  /** For people, for example `learning: 40 min so far`. */
  readonly text: string;
}

export interface LogTypeJson {
  readonly environment: string;
  readonly logType: string;
  readonly events: number;
  readonly templates: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly eventsPerSecond: number;
  readonly learning: LearningJson;
}

/** What there is and how it goes. */
export interface OverviewJson {
  readonly events: number;
  /** Input lines the events were joined from. */
  readonly lines: number;
  readonly reports: number;
  readonly eventsPerSecond: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly diskBytes: number;
  readonly learning: LearningJson;
  /** Records that wait before each stage of this process. */
  readonly lag: Readonly<Record<string, number>>;
  /** What a person should know, in sentences. */
  readonly notices: readonly string[];
  readonly logTypes: readonly LogTypeJson[];
}

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
