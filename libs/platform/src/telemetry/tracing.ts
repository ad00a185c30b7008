/** Values that a span carries. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** How a span begins. */
export interface SpanStart {
  readonly name: string;
  readonly kind: 'server' | 'consumer' | 'internal';
  /** W3C `traceparent` of what caused it; a new trace begins where it is absent or unreadable. */
  readonly parent?: string | undefined;
  readonly attributes?: SpanAttributes;
}

/** A span while its work runs. */
export interface ActiveSpan {
  /** W3C `traceparent` for what this work causes; undefined while nothing is traced. */
  readonly traceparent: string | undefined;
  set(attributes: SpanAttributes): void;
}

/** Follows work across processes. Off unless somebody collects traces: then it costs one call a batch. */
export interface Tracing {
  /** Runs `work` inside a span; the span ends with it and notes its failure. */
  run<Result>(start: SpanStart, work: (span: ActiveSpan) => Promise<Result>): Promise<Result>;
  /** `trace_id` and `span_id` of the work under way, for the log; empty outside of a span. */
  logFields(): Readonly<Record<string, string>>;
}

/** Header of bus records that says which span they come from: W3C Trace Context. */
export const traceHeader = 'traceparent';

/** `headers` with the span that a record comes from. */
export function tracedHeaders(
  headers: Readonly<Record<string, string>> | undefined,
  { traceparent }: ActiveSpan,
): { readonly headers?: Readonly<Record<string, string>> } {
  if (traceparent === undefined) return headers === undefined ? {} : { headers };
  return { headers: { ...headers, [traceHeader]: traceparent } };
}

const noSpan: ActiveSpan = { traceparent: undefined, set() {} };
const noFields = {};

/** Traces nothing. */
export const silentTracing: Tracing = {
  run: (_start, work) => work(noSpan),
  logFields: () => noFields,
};
