import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { Bus, BusRecord } from '@culprit/bus';
import { topics } from '@culprit/contracts';
import { AppError } from '@culprit/kernel';
import type { Clock, Logger } from '@culprit/kernel';
import { RequestError } from '@culprit/platform';
import type { Health, Metrics } from '@culprit/platform';
import type { EnvelopeResult, InputFormat } from '@culprit/records';
import { BatchCutter } from './batch-cutter.js';
import { identified, identityOf } from './batch-identity.js';
import { BatchMemory } from './batch-memory.js';
import { checkLineCount, cutPieces } from './body-pieces.js';
import { readBody } from './body-reader.js';
import { ByteBudget } from './byte-budget.js';
import type { IngestConfig } from './config.js';
import { CutTotals } from './cut-totals.js';
import { notStored, stopping } from './errors.js';
import { describeLines } from './ingest-answer.js';
import type { DebugAnswer, IngestAnswer } from './ingest-answer.js';
import { LineReader } from './line-reader.js';
import { RateLimiter } from './rate-limiter.js';
import { planRequest } from './request-plan.js';
import type { RequestPlan, Values } from './request-plan.js';
import { StreamLimiter, overflowLogType } from './stream-limiter.js';
import { createTelemetry } from './telemetry.js';
import type { IngestTelemetry, Outcome } from './telemetry.js';

/** What the service needs. */
export interface IngestParts {
  readonly bus: Pick<Bus, 'publish' | 'partitionCount'>;
  readonly config: IngestConfig;
  readonly clock: Clock;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** One request with its body unread. */
export interface IngestRequest {
  readonly tenant: string;
  readonly headers: Values;
  readonly query: Values;
  readonly body: Readable;
}

/** A body that passed all limits. */
interface BodyToStore {
  readonly tenant: string;
  readonly plan: RequestPlan;
  readonly format: InputFormat;
  readonly bytes: Buffer;
  /** Tenant, batch id and body in one short text; undefined without an `X-Batch-Id`. */
  readonly identity: string | undefined;
}

/** Takes log lines in, and answers only when they are durable. */
export class IngestService {
  readonly #parts: IngestParts;
  readonly #budget: ByteBudget;
  readonly #limiter: RateLimiter;
  readonly #memory: BatchMemory<IngestAnswer>;
  readonly #reader = new LineReader();
  readonly #cutter: BatchCutter;
  readonly #telemetry: IngestTelemetry;

  constructor(parts: IngestParts) {
    const { config, bus } = parts;
    const streams = new StreamLimiter(config.maxActiveStreams);
    this.#parts = parts;
    this.#budget = new ByteBudget(config.maxInFlightBytes);
    this.#limiter = new RateLimiter(config.rateBytesPerSecond, config.rateBurstBytes);
    this.#memory = new BatchMemory({
      keepMillis: config.batchIdMinutes * 60_000,
      maxEntries: config.maxBatchIds,
    });
    this.#cutter = new BatchCutter({
      limiter: streams,
      partitionCount: bus.partitionCount(topics.rawLogs.name),
    });
    parts.health.addNotice(() =>
      streams.isFolding(parts.clock.now())
        ? `more than ${config.maxActiveStreams} streams are active; later ones share the log type ${overflowLogType}`
        : undefined,
    );
    this.#telemetry = createTelemetry(parts.metrics, {
      inFlightBytes: () => this.#budget.usedBytes,
      activeStreams: () => streams.activeCount,
      batchIds: () => this.#memory.size,
    });
  }

  /**
   * Reads, cuts and publishes one request.
   *
   * @throws RequestError with the status the sender's retry rules call for: 4xx only where the same bytes can never
   * succeed, 429 and 503 with Retry-After where they can
   */
  async take(request: IngestRequest): Promise<IngestAnswer | DebugAnswer> {
    try {
      if (this.#parts.health.isStopping) throw stopping();
      const plan = planRequest(request.headers, request.query);
      const body = await readBody(request.body, {
        encoding: plan.encoding,
        limits: this.#parts.config,
        budget: this.#budget,
        declaredBytes: declaredBytesOf(request.headers),
      });
      try {
        this.#telemetry.body({ wire: body.wireBytes, inflated: body.bytes.length });
        return await this.#takeBody(request.tenant, plan, body.bytes);
      } finally {
        body.release();
      }
    } catch (error) {
      this.#telemetry.request(outcomeOf(error));
      this.#telemetry.refusal(error instanceof AppError ? error.code : 'CULPRIT_HTTP_INTERNAL');
      throw error;
    }
  }

  async #takeBody(tenant: string, plan: RequestPlan, bytes: Buffer): Promise<IngestAnswer | DebugAnswer> {
    const format = formatOf(plan, bytes);
    checkLineCount(bytes, format, this.#parts.config.maxLines);
    if (plan.isDebug) return this.#show(plan, format, bytes);
    const nowMillis = this.#parts.clock.now();
    const { batchId } = plan;
    if (batchId === undefined) {
      this.#charge(tenant, bytes.length, nowMillis);
      return this.#store({ tenant, plan, format, bytes, identity: undefined });
    }
    const id = `${tenant}\u0000${batchId}`;
    const fingerprint = `${bytes.length}-${crc32(bytes)}`;
    const known = this.#memory.look(id, fingerprint, nowMillis);
    if (known.kind === 'conflict') throw batchIdReused();
    if (known.kind === 'repeat') {
      const answer = await known.outcome;
      this.#telemetry.request('repeated');
      return { ...answer, isRepeat: true };
    }
    this.#charge(tenant, bytes.length, nowMillis);
    const identity = identityOf(id, fingerprint);
    const outcome = this.#store({ tenant, plan, format, bytes, identity });
    this.#memory.remember(id, { fingerprint, outcome }, nowMillis);
    return outcome;
  }

  #charge(tenant: string, bytes: number, nowMillis: number): void {
    const retryAfterSeconds = this.#limiter.charge(tenant, bytes, nowMillis);
    if (retryAfterSeconds === 0) return;
    throw new RequestError({
      code: 'CULPRIT_INGEST_RATE_EXCEEDED',
      detail: `more than ${this.#parts.config.rateBytesPerSecond} bytes a second`,
      retryAfterSeconds,
    });
  }

  #read(plan: RequestPlan, format: InputFormat, bytes: Buffer): EnvelopeResult {
    return this.#reader.read(bytes, {
      format,
      receivedMillis: this.#parts.clock.now(),
      defaults: plan.defaults,
    });
  }

  #show(plan: RequestPlan, format: InputFormat, bytes: Buffer): DebugAnswer {
    const result = this.#read(plan, format, bytes);
    this.#telemetry.request('debug');
    return {
      stored: 0,
      readable: result.batch.lineCount,
      rejected: Object.fromEntries(result.rejected),
      repaired: Object.fromEntries(result.repaired),
      lines: describeLines(result.batch),
    };
  }

  async #store(request: BodyToStore): Promise<IngestAnswer> {
    const totals = await this.#cut(request);
    const { accepted, rejected } = totals;
    this.#telemetry.readLines(totals);
    if (accepted === 0 && rejected.size > 0) throw allRejected(rejected, totals.firstRejection);
    await this.#publish(request.tenant, identified(totals.records, request.identity));
    this.#telemetry.storedLines(totals);
    this.#telemetry.request('stored');
    return answerOf(totals, this.#foldNotice(totals.foldedLines));
  }

  /** Reads and cuts piece by piece; other requests get their turn in between. */
  async #cut({ plan, format, bytes }: BodyToStore): Promise<CutTotals> {
    const totals = new CutTotals();
    for (const piece of cutPieces(bytes, format)) {
      if (totals.accepted > 0) await setImmediate();
      const result = this.#read(plan, format, piece);
      totals.add(result, this.#cutter.cut(result.batch, this.#parts.clock.now()));
    }
    return totals;
  }

  async #publish(tenant: string, records: readonly BusRecord[]): Promise<void> {
    if (records.length === 0) return;
    const { bus, logger } = this.#parts;
    try {
      await bus.publish(topics.rawLogs.name, records);
    } catch (error) {
      logger.warn({ err: error, tenant, records: records.length }, 'publishing failed');
      throw notStored(error);
    }
  }

  #foldNotice(foldedLines: number): readonly string[] {
    if (foldedLines === 0) return [];
    const { maxActiveStreams } = this.#parts.config;
    return [
      `${foldedLines} lines of streams beyond the first ${maxActiveStreams} share the log type ${overflowLogType}`,
    ];
  }
}

function answerOf(totals: CutTotals, notices: readonly string[]): IngestAnswer {
  return {
    accepted: totals.accepted,
    rejected: Object.fromEntries(totals.rejected),
    ...(totals.repaired.size === 0 ? {} : { repaired: Object.fromEntries(totals.repaired) }),
    ...(notices.length === 0 ? {} : { notices }),
  };
}

function formatOf(plan: RequestPlan, bytes: Buffer): InputFormat {
  if (plan.format !== 'form') return plan.format;
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  if (first === undefined || first === 0x7b || first === 0x5b) return 'auto';
  throw new RequestError({
    code: 'CULPRIT_INGEST_MEDIA_TYPE_UNSUPPORTED',
    detail: 'a form is no log',
    hint: 'With curl use: --data-binary @FILE -H "Content-Type: text/plain".',
  });
}

function allRejected(rejected: ReadonlyMap<string, number>, first: string | undefined): RequestError {
  return new RequestError({
    code: 'CULPRIT_INGEST_ALL_REJECTED',
    detail: `no line could be read: ${first ?? 'unknown reason'}`,
    errors: [...rejected].map(([reason, lines]) => ({ field: reason, rule: `${lines} lines` })),
  });
}

function batchIdReused(): RequestError {
  return new RequestError({
    code: 'CULPRIT_INGEST_BATCH_ID_REUSED',
    detail: 'this X-Batch-Id came before with another body',
    hint: 'Give every batch an id of its own, and keep it only for retries.',
  });
}

function declaredBytesOf(headers: Values): number | undefined {
  const text = headers['content-length'];
  return typeof text === 'string' ? Number(text) : undefined;
}

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof RequestError)) return 'failed';
  return error.isRetryable ? 'turned_away' : 'refused';
}
