import type { RootCauseReport } from '@culprit/correlation';
import type { Anomaly } from '@culprit/scoring';
import type { ReportHead } from '../store.js';

/** Fields that hold nanoseconds; JSON has no 64-bit integers, so they travel as decimal text. */
const nanosFields: ReadonlySet<string> = new Set(['time', 'start', 'end', 'created', 'updated', 'previous']);

const NANOS_PATTERN = /^-?\d{1,19}$/;

/** A report as it was stored: JSON leaves out what is undefined, and reports of old say less. */
type StoredHead = Omit<ReportHead, 'alternates' | 'words'> &
  Partial<Pick<ReportHead, 'alternates' | 'words'>>;

/** JSON of a report or an anomaly; the twin of the readers below. */
export function encodePayload(value: ReportHead | RootCauseReport['relatedEvents'] | Anomaly): string {
  return JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? field.toString() : field));
}

/** A report without its related events, as {@link encodePayload} wrote it. */
export function decodeReportHead(text: string): ReportHead {
  const head = decode(text);
  assertField(head, 'incidentId', 'string');
  assertField(head, 'start', 'bigint');
  const report = head as StoredHead;
  const { previous, mergedInto, alternates = [], words = [] } = report;
  return { ...report, previous, mergedInto, alternates, words };
}

/** Related events of a report. */
export function decodeRelatedEvents(text: string): RootCauseReport['relatedEvents'] {
  const events = decode(text);
  if (!Array.isArray(events)) throw new Error('related events: expected a list');
  return events as RootCauseReport['relatedEvents'];
}

/** An anomaly with its event and evidence. */
export function decodeAnomaly(text: string): Anomaly {
  const anomaly = decode(text);
  assertField(anomaly, 'event', 'object');
  assertField(anomaly, 'surprise', 'number');
  return anomaly as Anomaly;
}

function decode(text: string): unknown {
  return JSON.parse(text, (key, field: unknown) =>
    nanosFields.has(key) && typeof field === 'string' && NANOS_PATTERN.test(field) ? BigInt(field) : field,
  );
}

function assertField(value: unknown, field: string, type: string): void {
  const found = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
  if (typeof found !== type)
    throw new Error(`payload field ${field}: expected a ${type}, got ${typeof found}`);
}
