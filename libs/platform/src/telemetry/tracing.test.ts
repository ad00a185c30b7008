import { createInProcessBus } from '@culprit/bus';
import { AppError } from '@culprit/kernel';
import { emptyResource } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it } from 'vitest';
import { createHealth } from '../health.js';
import { createLogger, silentLogger } from '../logger.js';
import { createMetrics } from '../metrics.js';
import { createStage } from '../create-stage.js';
import { openTracing, samplerOf } from './open-tracing.js';
import { traceHeader, type Tracing } from './tracing.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const sender = `00-${traceId}-b7ad6b7169203331-01`;

function tracing(sampler = samplerOf(undefined, undefined)): {
  readonly tracing: Tracing;
  readonly spans: () => readonly ReadableSpan[];
} {
  const exporter = new InMemorySpanExporter();
  const processors = [new SimpleSpanProcessor({ exporter })];
  return {
    tracing: openTracing({ resource: emptyResource(), processors, sampler }),
    spans: () => exporter.getFinishedSpans(),
  };
}

describe('tracing', () => {
  it('goes on with the trace of the sender and hands it to what work causes', async () => {
    const { tracing: traced, spans } = tracing();
    const passed = await traced.run({ name: 'outer', kind: 'server', parent: sender }, (outer) =>
      traced.run({ name: 'inner', kind: 'internal' }, (inner) =>
        Promise.resolve([outer.traceparent, inner.traceparent]),
      ),
    );
    const [inner, outer] = spans();
    expect(outer?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(passed).toEqual([outer, inner].map((span) => `00-${traceId}-${span?.spanContext().spanId}-01`));
  });

  it('begins a trace where the sender has none that can be read', async () => {
    const { tracing: traced, spans } = tracing();
    for (const parent of [undefined, '', '00-0-0-01', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`])
      await traced.run({ name: 'work', kind: 'server', parent }, () => Promise.resolve());
    expect(new Set(spans().map((span) => span.spanContext().traceId)).size).toBe(4);
    expect(spans().map(({ parentSpanContext }) => parentSpanContext)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('records nothing of a trace that the sender or the sampler leaves out, and still passes it on', async () => {
    const unsampled = `00-${traceId}-b7ad6b7169203331-00`;
    const { tracing: traced, spans } = tracing();
    const passed = await traced.run({ name: 'work', kind: 'server', parent: unsampled }, ({ traceparent }) =>
      Promise.resolve(traceparent),
    );
    expect(passed).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    const off = tracing(samplerOf('always_off', undefined));
    await off.tracing.run({ name: 'work', kind: 'server' }, () => Promise.resolve());
    expect([...spans(), ...off.spans()]).toEqual([]);
  });

  it('names the code of a failure, not what it quotes', async () => {
    const { tracing: traced, spans } = tracing();
    const error = new AppError({ code: 'CULPRIT_BUS_FULL', message: 'password=hunter2' });
    await expect(traced.run({ name: 'work', kind: 'internal' }, () => Promise.reject(error))).rejects.toBe(
      error,
    );
    expect(JSON.stringify(spans()[0]?.status)).toContain('CULPRIT_BUS_FULL');
    expect(JSON.stringify([spans()[0]?.status, spans()[0]?.events])).not.toContain('hunter2');
  });

  it('writes the trace of the work into the log', async () => {
    const { tracing: traced } = tracing();
    const lines: string[] = [];
    const logger = createLogger({
      level: 'info',
      destination: { write: (line) => lines.push(line) },
      fields: () => traced.logFields(),
    });
    await traced.run({ name: 'work', kind: 'server', parent: sender }, async () => {
      await Promise.resolve();
      logger.info({}, 'inside');
    });
    logger.info({}, 'outside');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'inside', trace_id: traceId });
    expect(lines[1]).not.toContain('trace_id');
  });
});

/** What a test opened. */
const opened: { close(): Promise<unknown> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((part) => part.close())));

describe('a stage', () => {
  it('puts the span of a record on what it publishes, so that the next stage goes on with its trace', async () => {
    const topic = { partitions: 1, maxRecordBytes: 1_000, whenFull: 'wait' } as const;
    const topics = ['first', 'second', 'third', 'letters'].map((name) => ({ ...topic, name }));
    const bus = await createInProcessBus({ topics, logger: silentLogger });
    const { tracing: traced, spans } = tracing();
    const metrics = createMetrics();
    const stageOf = (stage: string, from: string, to: string) =>
      createStage(
        {
          stage,
          topic: from,
          deadLetterTopic: 'letters',
          open: () => ({
            apply: ({ key, value }) => Promise.resolve([{ topic: to, key, value, headers: { own: 'kept' } }]),
            flush: () => Promise.resolve(),
            snapshot: () => new Uint8Array(0),
          }),
          logger: silentLogger,
          health: createHealth(),
          metrics,
          tracing: traced,
        },
        {
          bus,
          snapshots: { save: () => Promise.resolve(), loadLatest: () => Promise.resolve(undefined) },
          flushIntervalMs: 3_600_000,
          checkpointIntervalMs: 3_600_000,
        },
      );
    const stages = [stageOf('one', 'first', 'second'), stageOf('two', 'second', 'third')];
    const close = async (): Promise<void> => {
      await Promise.all(stages.map((stage) => stage.beforeApplicationShutdown()));
      await bus.close();
    };
    opened.push({ close });
    for (const stage of stages) await stage.onApplicationBootstrap();
    const arrived = Promise.withResolvers<Readonly<Record<string, string>>>();
    await bus.subscribe({
      topic: 'third',
      group: 'test',
      onBatch: ({ records }) => Promise.resolve(arrived.resolve(records[0]?.headers ?? {})),
    });
    await bus.publish('first', [{ key: 'k', value: Uint8Array.of(1), headers: { [traceHeader]: sender } }]);
    const headers = await arrived.promise;
    expect(spans().map(({ name }) => name)).toEqual(['one', 'two']);
    expect(new Set(spans().map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
    expect(headers).toEqual({
      own: 'kept',
      [traceHeader]: `00-${traceId}-${spans()[1]?.spanContext().spanId}-01`,
    });
    expect(metrics.render()).toContain('culprit_stage_records_total{stage="one"} 1');
  });
});
