import type { EnvironmentName, EpochMillis, LogTypeName, TemplateId } from '@culprit/kernel';
import { hashText, toEpochNanos } from '@culprit/kernel';
import type { Anomaly } from './anomaly.js';
import { Scorer } from './scorer.js';
import { binMillis } from './structured-event.js';
import type { StructuredBatch, StructuredEvent, TemplateCount } from './structured-event.js';

export interface Line {
  readonly time: number;
  readonly logType: string;
  readonly template: string;
  /** What the line says, where that is not just its template. */
  readonly message?: string;
  readonly severity?: number;
  readonly parameters?: readonly string[];
  readonly pod?: string;
  readonly host?: string;
}

export const start = Date.UTC(2026, 2, 1, 9);

export function batchesOf(lines: readonly Line[], size = 200, lane = 0): StructuredBatch[] {
  const batches: StructuredBatch[] = [];
  let highestTime = -Infinity;
  for (let from = 0; from < lines.length; from += size) {
    const counts: TemplateCount[] = [];
    const exemplars: StructuredEvent[] = [];
    for (const line of lines.slice(from, from + size)) {
      highestTime = Math.max(highestTime, line.time);
      const event = eventOf(line);
      counts.push({
        binStart: (Math.floor(line.time / binMillis) * binMillis) as EpochMillis,
        environment: event.source.environment,
        logType: event.source.logType,
        templateId: event.templateId,
        count: 1,
        maxSeverity: event.severity,
        errorCount: event.severity >= 17 ? 1 : 0,
      });
      exemplars.push(event);
    }
    batches.push({
      lane,
      sequence: batches.length,
      highestTime,
      counts,
      exemplars,
      aliases: [],
      controls: [],
    });
  }
  return batches;
}

export function eventOf({
  time,
  logType,
  template,
  message = template,
  severity = 9,
  parameters = [],
  pod = '',
  host = '',
}: Line): StructuredEvent {
  return {
    eventId: hashText(`${time}|${logType}|${template}|${parameters.join('|')}`),
    time: toEpochNanos(time),
    source: {
      environment: 'test' as EnvironmentName,
      logType: logType as LogTypeName,
      namespace: '',
      service: logType,
      pod,
      container: '',
      host,
    },
    severity,
    templateId: hashText(`${logType}|${template}`) as TemplateId,
    message,
    body: template,
    parameters,
    hasStackTrace: false,
  };
}

/** A scorer that has read the lines, in order of time, and what it found. */
export function scored(lines: readonly Line[]): { readonly scorer: Scorer; readonly anomalies: Anomaly[] } {
  const scorer = new Scorer();
  const sorted = lines.toSorted((a, b) => a.time - b.time);
  const found = batchesOf(sorted).flatMap((batch) => scorer.push(batch).anomalies);
  return { scorer, anomalies: [...found, ...scorer.flush().anomalies] };
}

export function anomaliesOf(lines: readonly Line[]): Anomaly[] {
  return scored(lines).anomalies;
}

export function every(seconds: number, minutes: number, line: Omit<Line, 'time'>): Line[] {
  const lines: Line[] = [];
  for (let t = 0; t < minutes * 60; t += seconds) lines.push({ ...line, time: start + t * 1000 });
  return lines;
}

export const about = (anomalies: readonly Anomaly[], body: string): Anomaly[] =>
  anomalies.filter(({ event }) => event.body === body);
export const kinds = (anomaly: Anomaly | undefined): string[] =>
  (anomaly?.evidence ?? []).map(({ kind }) => kind);

export const silencesIn = (lines: readonly Line[]): string[] =>
  anomaliesOf(lines)
    .filter((one) => kinds(one).includes('silence'))
    .map(({ event, evidence }) => `${event.source.logType} ${evidence[0]?.sentence}`);
export const at = (minutes: number): number => start + minutes * 60_000;

/** The same lines, some minutes later. */
export function shifted(from: number, lines: readonly Line[]): Line[] {
  return lines.map((line) => ({ ...line, time: line.time + from * 60_000 }));
}
