import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { parseTraceParent } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import type { ActiveSpan, SpanStart, Tracing } from './tracing.js';

/** Settings of {@link openTracing}. */
export interface TracingOptions {
  readonly resource: Resource;
  readonly processors: readonly SpanProcessor[];
  readonly sampler: Sampler;
}

/** {@link Tracing} by the OpenTelemetry SDK. `close` sends what waits. */
export function openTracing(options: TracingOptions): Tracing & { close(): Promise<void> } {
  const { resource, sampler } = options;
  const provider = new TracerProvider({ resource, sampler, spanProcessors: [...options.processors] });
  return new SdkTracing(provider);
}

const kinds = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, internal: SpanKind.INTERNAL } as const;

class SdkTracing implements Tracing {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #active = new AsyncLocalStorageContextManager().enable();

  constructor(provider: TracerProvider) {
    this.#provider = provider;
    this.#tracer = provider.getTracer('culprit');
  }

  run<Result>(start: SpanStart, work: (span: ActiveSpan) => Promise<Result>): Promise<Result> {
    const parent = parentOf(start.parent) ?? this.#active.active();
    const { name, attributes = {} } = start;
    const span = this.#tracer.startSpan(name, { kind: kinds[start.kind], attributes }, parent);
    return this.#active.with(trace.setSpan(parent, span), () => worked(span, work));
  }

  logFields(): Readonly<Record<string, string>> {
    const spanContext = trace.getSpanContext(this.#active.active());
    return spanContext === undefined ? {} : { trace_id: spanContext.traceId, span_id: spanContext.spanId };
  }

  async close(): Promise<void> {
    this.#active.disable();
    await this.#provider.shutdown();
  }
}

async function worked<Result>(span: Span, work: (span: ActiveSpan) => Promise<Result>): Promise<Result> {
  try {
    return await work({
      traceparent: traceparentOf(span.spanContext()),
      set: (attributes) => void span.setAttributes(attributes),
    });
  } catch (error) {
    // The message may quote what was sent; the code is ours.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unexpected';
    span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    throw error;
  } finally {
    span.end();
  }
}

function parentOf(traceparent: string | undefined): Context | undefined {
  const remote = traceparent === undefined ? null : parseTraceParent(traceparent);
  return remote === null ? undefined : trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true });
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-0${(traceFlags & TraceFlags.SAMPLED).toString(16)}`;
}

/**
 * The sampler that OTEL_TRACES_SAMPLER names, as the specification of OpenTelemetry's environment variables says;
 * `parentbased_always_on` where it is unset or unknown.
 *
 * @param argument OTEL_TRACES_SAMPLER_ARG: share of traces that are kept, 0 to 1
 */
export function samplerOf(name: string | undefined, argument: string | undefined): Sampler {
  const share = Number(argument ?? 1);
  const ratio = new TraceIdRatioBasedSampler(share >= 0 && share <= 1 ? share : 1);
  const samplers: Readonly<Record<string, Sampler>> = {
    always_on: new AlwaysOnSampler(),
    always_off: new AlwaysOffSampler(),
    traceidratio: ratio,
    parentbased_always_off: new ParentBasedSampler({ root: new AlwaysOffSampler() }),
    parentbased_traceidratio: new ParentBasedSampler({ root: ratio }),
  };
  return samplers[name ?? ''] ?? new ParentBasedSampler({ root: new AlwaysOnSampler() });
}
