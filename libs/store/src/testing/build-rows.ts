import type { EnvironmentName, LogTypeName, TemplateId } from '@culprit/kernel';
import type { EventRows, TemplateRow } from '@culprit/pipeline';
import type { StreamDescriptor } from '@culprit/records';

/** One record of a test, with what does not matter left out. */
export interface TestRecord {
  readonly body: string | Uint8Array;
  /** Milliseconds since 1970. */
  readonly time?: number;
  readonly subNanos?: number;
  readonly severity?: number;
  readonly templateId?: string;
  readonly attributes?: string;
  readonly stream?: Partial<Record<keyof StreamDescriptor, string>>;
}

export const defaultTime = 1_700_000_000_000;
export const defaultTemplate = '00000000000000aa' as TemplateId;

/** A raw batch as structuring hands it over. */
export function buildRows(
  position: { readonly lane: number; readonly sequence: number; readonly templates?: readonly TemplateRow[] },
  records: readonly TestRecord[],
): EventRows {
  const texts = records.map(({ body }) => (typeof body === 'string' ? Buffer.from(body) : Buffer.from(body)));
  const attributes = records.map(({ attributes: text = '' }) => Buffer.from(text));
  const bytes = Buffer.concat([...texts, ...attributes]);
  const bodyEnd = runningSum(texts, 0);
  const attributesEnd = runningSum(attributes, bodyEnd.at(-1) ?? 0);
  const templateIds = [
    ...new Set(records.map(({ templateId = defaultTemplate }) => templateId as TemplateId)),
  ];
  const streams = records.map(({ stream }) => buildStream(stream ?? {}));
  return {
    lane: position.lane,
    sequence: position.sequence,
    templates: position.templates ?? [],
    templateIds,
    templateIndex: Uint32Array.from(records, ({ templateId = defaultTemplate }) =>
      templateIds.indexOf(templateId as TemplateId),
    ),
    records: {
      streams,
      length: records.length,
      bytes,
      streamIndex: Uint32Array.from(records, (_, i) => i),
      timeMillis: Float64Array.from(records, ({ time = defaultTime }, i) => time + i),
      timeSubNanos: Uint32Array.from(records, ({ subNanos = 0 }) => subNanos),
      severity: Uint8Array.from(records, ({ severity = 9 }) => severity),
      flags: new Uint8Array(records.length),
      bodyStart: startsOf(bodyEnd, texts),
      bodyEnd,
      messageStart: startsOf(bodyEnd, texts),
      messageEnd: bodyEnd,
      statementEnd: bodyEnd,
      attributesStart: startsOf(attributesEnd, attributes),
      attributesEnd,
      lineCount: new Uint32Array(records.length).fill(1),
    },
  };
}

function startsOf(ends: Uint32Array, parts: readonly Buffer[]): Uint32Array {
  return ends.map((end, i) => end - (parts[i]?.length ?? 0));
}

function runningSum(parts: readonly Buffer[], start: number): Uint32Array {
  let sum = start;
  return Uint32Array.from(parts, (part) => (sum += part.length));
}

function buildStream(fields: NonNullable<TestRecord['stream']>): StreamDescriptor {
  const stream = {
    namespace: 'shop',
    service: 'orders',
    pod: 'orders-1',
    container: 'orders',
    host: 'node-1',
  };
  return {
    ...stream,
    ...fields,
    environment: (fields.environment ?? 'test') as EnvironmentName,
    logType: (fields.logType ?? 'shop/orders') as LogTypeName,
  };
}
