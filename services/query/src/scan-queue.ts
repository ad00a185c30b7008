import { randomUUID } from 'node:crypto';
import { scanAt, type RootCauseReport } from '@culprit/correlation';
import { AppError, formatRfc3339, toEpochNanos } from '@culprit/kernel';
import type { Clock, EnvironmentName, EpochNanos, Logger, LogTypeName } from '@culprit/kernel';
import { RequestError } from '@culprit/platform';
import type { AnomalyRepository, OverviewRepository, TenantContext } from '@culprit/store';
import { z } from 'zod';
import { named, time } from './answer-shapes.js';
import { incidentAnswer, incidentJson } from './report-json.js';

/** What to look at. */
export interface ScanRequest {
  readonly at: EpochNanos;
  /** The busiest environment when absent. */
  readonly environment?: EnvironmentName | undefined;
  /** Only anomalies of this log type. */
  readonly logType?: LogTypeName | undefined;
  /** What asked for it, where no person did. */
  readonly reason?: string | undefined;
}

/** A scan that was asked for: an operation that a client looks at until it is done. */
export const scanAnswer = named('Scan', 'A scan that was asked for', {
  id: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  at: time,
  requested: time,
  reason: z.string().optional().describe('What asked for it, where no person did'),
  detail: z.string().optional().describe('Why it failed, or that nothing unusual was found'),
  report: incidentAnswer
    .optional()
    .describe('The story, when there is one; it is not kept among the incidents'),
});
export type ScanJson = z.output<typeof scanAnswer>;

/** What a scan reads of one tenant. */
interface ScanSource {
  readonly anomalies: Pick<AnomalyRepository, 'list'>;
  readonly overview: OverviewRepository;
}

interface ScanStore {
  forTenant(context: TenantContext): ScanSource;
}

interface Job {
  readonly tenant: string;
  readonly request: ScanRequest;
  scan: ScanJson;
  /** The whole result, with its related events. */
  report: RootCauseReport | undefined;
}

const BEFORE_NANOS = 1_200_000_000_000n;
const AFTER_NANOS = 600_000_000_000n;
const MAX_ANOMALIES = 100_000;
const MAX_KEPT_SCANS = 200;

/** Runs scans one after the other and remembers the latest outcomes. */
export class ScanQueue {
  readonly #store: ScanStore;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #maxWaiting: number;
  readonly #jobById = new Map<string, Job>();
  readonly #waiting: Job[] = [];
  #isRunning = false;

  constructor(options: {
    readonly store: ScanStore;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly maxWaiting: number;
  }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#maxWaiting = options.maxWaiting;
  }

  /** @throws RequestError 429 when too many scans wait */
  start(tenant: string, request: ScanRequest): ScanJson {
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new RequestError({
        code: 'CULPRIT_QUERY_SCAN_QUEUE_FULL',
        detail: `${this.#maxWaiting} scans are waiting already`,
        retryAfterSeconds: 5,
      });
    }
    const scan: ScanJson = {
      id: randomUUID(),
      state: 'waiting',
      at: formatRfc3339(request.at),
      requested: formatRfc3339(toEpochNanos(this.#clock.now())),
      ...(request.reason === undefined ? {} : { reason: request.reason }),
    };
    const job: Job = { tenant, request, scan, report: undefined };
    this.#jobById.set(scan.id, job);
    this.#waiting.push(job);
    this.#forgetOldest();
    void this.#run();
    return scan;
  }

  /** A scan of this moment and place that was asked for before, or a new one. @throws RequestError as {@link start} */
  startOnce(tenant: string, request: ScanRequest): ScanJson {
    for (const job of this.#jobById.values()) {
      const isSame =
        job.tenant === tenant &&
        job.request.at === request.at &&
        job.request.environment === request.environment &&
        job.request.reason === request.reason &&
        job.scan.state !== 'failed';
      if (isSame) return job.scan;
    }
    return this.start(tenant, request);
  }

  /** The scans of a tenant that are remembered, latest first. */
  list(tenant: string): ScanJson[] {
    return [...this.#jobById.values()]
      .filter((job) => job.tenant === tenant)
      .map(({ scan }) => scan)
      .toReversed();
  }

  /** Only the tenant that asked can see a scan. */
  find(tenant: string, id: string): ScanJson | undefined {
    const job = this.#jobById.get(id);
    return job?.tenant === tenant ? job.scan : undefined;
  }

  /** What a scan found; undefined while it runs and when it found nothing. */
  findReport(tenant: string, id: string): RootCauseReport | undefined {
    const job = this.#jobById.get(id);
    return job?.tenant === tenant ? job.report : undefined;
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) {
      job.scan = { ...job.scan, state: 'running' };
      job.scan = { ...job.scan, ...(await this.#scan(job)) };
    }
    this.#isRunning = false;
  }

  async #scan(job: Job): Promise<Pick<ScanJson, 'state' | 'detail' | 'report'>> {
    const { tenant, request } = job;
    try {
      const store = this.#store.forTenant({ tenant });
      const environment = request.environment ?? (await busiestEnvironment(store));
      if (environment === undefined) return { state: 'done', detail: 'nothing is stored yet' };
      const anomalies = await store.anomalies.list({
        from: (request.at - BEFORE_NANOS) as EpochNanos,
        until: (request.at + AFTER_NANOS) as EpochNanos,
        environment,
        logType: request.logType,
        limit: MAX_ANOMALIES,
      });
      const report = scanAt(anomalies, { at: request.at, environment });
      if (report === undefined) return { state: 'done', detail: 'nothing unusual happened around this time' };
      job.report = report;
      return { state: 'done', report: incidentJson(report) };
    } catch (error) {
      this.#logger.error({ err: error }, 'scan failed');
      return { state: 'failed', detail: error instanceof AppError ? error.message : 'internal error' };
    }
  }

  #forgetOldest(): void {
    for (const [id, { scan }] of this.#jobById) {
      if (this.#jobById.size <= MAX_KEPT_SCANS) return;
      if (scan.state === 'done' || scan.state === 'failed') this.#jobById.delete(id);
    }
  }
}

async function busiestEnvironment(store: ScanSource): Promise<EnvironmentName | undefined> {
  const { logTypes } = await store.overview.read();
  return logTypes[0]?.environment;
}
