import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { Bus, BusRecord } from '@culprit/bus';
import { topics } from '@culprit/contracts';
import { AppError } from '@culprit/kernel';
import type { Clock, EnvironmentName, Logger } from '@culprit/kernel';
import { RequestError, silentTracing, tracedHeaders } from '@culprit/platform';
import type { ActiveSpan, Health, Metrics, Tracing } from '@culprit/platform';
import type { RawLogBatch, SourceDefaults } from '@culprit/records';
import { BatchCutter } from './batch-cutter.js';
import { identified, identityOf } from './batch-identity.js';
import { BatchMemory } from './batch-memory.js';
import { ByteBudget } from './byte-budget.js';
import type { IngestConfig } from './config.js';
import { CutTotals } from './cut-totals.js';
import { DecodeError } from './doors/decode-error.js';
import type { Door, DoorBody } from './doors/door.js';
import { batchIdReused, malformed, notOurTenant, notStored, stopping, tooLarge } from './errors.js';
import { describeLines } from './ingest-answer.js';
import type { DebugAnswer, IngestAnswer, ReadLine } from './ingest-answer.js';
import { LineReader } from './line-reader.js';
import { Redaction } from './redaction.js';
import { RateLimiter } from './rate-limiter.js';
import { StreamLimiter, overflowLogType } from './stream-limiter.js';
import { createTelemetry } from './telemetry.js';
import type { IngestTelemetry, Outcome } from './telemetry.js';

/** What taking lines in needs. */
export interface IntakeParts {
  readonly bus: Pick<Bus, 'publish' | 'partitionCount'>;
  readonly config: IngestConfig;
  readonly clock: Clock;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Off where absent. */
  readonly tracing?: Tracing;
  /** The one tenant whose lines the stages behind keep; lines of others would end up among its own. All where absent. */
  readonly onlyTenant?: string | undefined;
}

/** One batch of lines as its sender sent it, unpacked. */
export interface Delivery {
  readonly tenant: string;
  /** Lines belong to it whatever they say; absent or empty: to the one they say. */
  readonly environment?: string | undefined;
  readonly door: Door;
  readonly bytes: Uint8Array;
  /** Media type in lower case, without parameters; empty where the protocol has none. */
  readonly mediaType: string;
  readonly defaults: SourceDefaults;
  /** What the sender calls this batch, if it does: a repetition has the same name. */
  readonly batchId: string | undefined;
  /** W3C Trace Context of the sender, if it has one. */
  readonly traceparent?: string | undefined;
}

/** The way every line takes, whatever door it came in by: limits, repeats, reading, cutting, the bus, the numbers. */
export class Intake {
  readonly budget: ByteBudget;
  readonly telemetry: IngestTelemetry;
  readonly #parts: IntakeParts;
  readonly #tracing: Tracing;
  readonly #limiter: RateLimiter;
  readonly #memory: BatchMemory<IngestAnswer>;
  readonly #readers = new LineReader();
  readonly #cutter: BatchCutter;
  readonly #redaction: Redaction;

  constructor(parts: IntakeParts) {
    const { config, bus } = parts;
    const streams = new StreamLimiter(config.maxActiveStreams);
    this.#parts = parts;
    this.#tracing = parts.tracing ?? silentTracing;
    this.budget = new ByteBudget(config.maxInFlightBytes);
    this.#limiter = new RateLimiter(config.rateBytesPerSecond, config.rateBurstBytes);
    this.#redaction = new Redaction(config);
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
    this.telemetry = createTelemetry(parts.metrics, {
      inFlightBytes: () => this.budget.usedBytes,
      activeStreams: () => streams.activeCount,
      batchIds: () => this.#memory.size,
    });
    parts.health.addNotice(() => this.telemetry.redactionNotice());
  }

  get config(): IngestConfig {
    return this.#parts.config;
  }

  /** @throws RequestError 503 while the process is shutting down */
  checkOpen(): void {
    if (this.#parts.health.isStopping) throw stopping();
  }

  /** Runs the work on one request and counts it when it fails. */
  async counted<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      this.telemetry.request(outcomeOf(error));
      this.telemetry.refusal(error instanceof AppError ? error.code : 'CULPRIT_HTTP_INTERNAL');
      throw error;
    }
  }

  /**
   * Stores a batch; resolves when it is durable.
   *
   * @throws RequestError with the status the sender's retry rules call for: 4xx only where the same bytes can never
   * succeed, 429 and 503 with Retry-After where they can
   */
  accept(delivery: Delivery): Promise<IngestAnswer> {
    const { door, bytes, traceparent } = delivery;
    const attributes = { 'culprit.door': door.name, 'culprit.body_bytes': bytes.length };
    return this.#tracing.run({ name: 'ingest', kind: 'server', parent: traceparent, attributes }, (span) =>
      this.#accept(delivery, span),
    );
  }

  async #accept(delivery: Delivery, span: ActiveSpan): Promise<IngestAnswer> {
    const nowMillis = this.#parts.clock.now();
    const { onlyTenant = delivery.tenant } = this.#parts;
    if (delivery.tenant !== onlyTenant) throw notOurTenant(delivery.tenant, onlyTenant);
    const name = nameOf(delivery);
    if (name === undefined) {
      this.#charge(delivery, nowMillis);
      return this.#store(delivery, undefined, span);
    }
    const known = this.#memory.look(name.id, name.fingerprint, nowMillis);
    if (known.kind === 'conflict') throw batchIdReused();
    if (known.kind === 'repeat') {
      const answer = await known.outcome;
      this.telemetry.request('repeated');
      return { ...answer, isRepeat: true };
    }
    this.#charge(delivery, nowMillis);
    const outcome = this.#store(delivery, identityOf(name.id, name.fingerprint), span);
    this.#memory.remember(name.id, { fingerprint: name.fingerprint, outcome }, nowMillis);
    return outcome;
  }

  /** Shows what would be stored, and stores nothing. */
  show(delivery: Delivery): DebugAnswer {
    const totals = new CutTotals();
    let lines: readonly ReadLine[] = [];
    for (const piece of this.#pieces(delivery)) {
      const { batch, redacted } = this.#redaction.redact(delivery.tenant, pinned(piece.batch, delivery));
      if (lines.length === 0) lines = describeLines(batch);
      totals.add(piece, redacted, { records: [], foldedLines: 0 });
    }
    this.telemetry.request('debug');
    return {
      stored: 0,
      readable: totals.accepted,
      rejected: Object.fromEntries(totals.rejected),
      repaired: Object.fromEntries(totals.repaired),
      redacted: Object.fromEntries(totals.redacted),
      lines,
    };
  }

  #charge({ tenant, bytes }: Delivery, nowMillis: number): void {
    const retryAfterSeconds = this.#limiter.charge(tenant, bytes.length, nowMillis);
    if (retryAfterSeconds === 0) return;
    throw new RequestError({
      code: 'CULPRIT_INGEST_RATE_EXCEEDED',
      detail: `more than ${this.#parts.config.rateBytesPerSecond} bytes a second`,
      retryAfterSeconds,
    });
  }

  async #store(delivery: Delivery, identity: string | undefined, span: ActiveSpan): Promise<IngestAnswer> {
    const totals = await this.#cut(delivery);
    this.telemetry.readLines(totals);
    if (totals.accepted === 0 && totals.rejected.size > 0 && delivery.door.refusesWhenNothingIsGood)
      throw allRejected(totals.rejected, totals.firstRejection);
    await this.#publish(delivery.tenant, traced(identified(totals.records, identity), span));
    span.set({ 'culprit.lines': totals.accepted, 'culprit.records': totals.records.length });
    this.telemetry.storedLines(totals);
    this.telemetry.request('stored');
    return answerOf(totals, this.#foldNotice(totals.foldedLines));
  }

  /** Reads and cuts piece by piece; other requests get their turn in between. */
  async #cut(delivery: Delivery): Promise<CutTotals> {
    const totals = new CutTotals();
    for (const piece of this.#pieces(delivery)) {
      const { batch, redacted } = this.#redaction.redact(delivery.tenant, pinned(piece.batch, delivery));
      totals.add(piece, redacted, this.#cutter.cut(batch, this.#parts.clock.now()));
      if (totals.accepted > this.#parts.config.maxLines)
        throw tooLarge(`the body has more than ${this.#parts.config.maxLines} lines`);
      await setImmediate();
    }
    return totals;
  }

  *#pieces({ door, bytes, mediaType, defaults }: Delivery): ReturnType<Door['read']> {
    const { config, clock } = this.#parts;
    const body: DoorBody = {
      bytes,
      mediaType,
      defaults,
      receivedMillis: clock.now(),
      maxLines: config.maxLines,
    };
    try {
      yield* door.read(body, this.#readers);
    } catch (error) {
      throw error instanceof DecodeError ? malformed(error) : error;
    }
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

/**
 * What tells a repetition: the sender's own id and the body, or, where every record says when it was made, the body
 * alone. Undefined where equal bytes may be news.
 */
function nameOf(delivery: Delivery): { readonly id: string; readonly fingerprint: string } | undefined {
  const { tenant, door, bytes, batchId } = delivery;
  if (batchId !== undefined)
    return { id: `${tenant}\u0000${batchId}`, fingerprint: `${bytes.length}-${crc32(bytes)}` };
  if (bytes.length === 0 || !door.isSelfDated(bytes)) return undefined;
  const digest = createHash('sha256').update(bytes).update(JSON.stringify(delivery.defaults)).digest('hex');
  return { id: `${tenant}\u0000${door.name}\u0000${digest}`, fingerprint: digest };
}

/** The lines as those of the one environment that their sender may speak for. O(streams). */
function pinned(batch: RawLogBatch, { environment = '' }: Delivery): RawLogBatch {
  if (environment === '') return batch;
  const own = environment as EnvironmentName;
  return { ...batch, streams: batch.streams.map((stream) => ({ ...stream, environment: own })) };
}

function traced(records: readonly BusRecord[], span: ActiveSpan): readonly BusRecord[] {
  if (span.traceparent === undefined) return records;
  return records.map((record) => ({ ...record, ...tracedHeaders(record.headers, span) }));
}

function answerOf(totals: CutTotals, notices: readonly string[]): IngestAnswer {
  return {
    accepted: totals.accepted,
    rejected: Object.fromEntries(totals.rejected),
    ...(totals.repaired.size === 0 ? {} : { repaired: Object.fromEntries(totals.repaired) }),
    ...(totals.redacted.size === 0 ? {} : { redacted: Object.fromEntries(totals.redacted) }),
    ...(notices.length === 0 ? {} : { notices }),
  };
}

function allRejected(rejected: ReadonlyMap<string, number>, first: string | undefined): RequestError {
  return new RequestError({
    code: 'CULPRIT_INGEST_ALL_REJECTED',
    detail: `no line could be read: ${first ?? 'unknown reason'}`,
    errors: [...rejected].map(([reason, lines]) => ({ field: reason, rule: `${lines} lines` })),
  });
}

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof RequestError)) return 'failed';
  return error.isRetryable ? 'turned_away' : 'refused';
}
