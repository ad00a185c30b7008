import type { RootCauseReport } from '@culprit/correlation';
import { createRng, type EpochMillis, type EpochNanos } from '@culprit/kernel';
import type { EventRows } from '@culprit/pipeline';
import { buildRows } from '../../libs/store/src/testing/build-rows.ts';

const batchSize = 1_000;
const patternCount = 50;
const denseRowsPerMilli = 50;
/** Event time of the first row. */
export const startMillis = 1_750_000_000_000 as EpochMillis;

/** Rows as structuring hands them over, without the cost of making them. */
export interface PreparedRows {
  readonly batchSize: number;
  /** Batch number `sequence`; valid until the next call. */
  batch(sequence: number): EventRows;
}

/**
 * Seeded batches of 1,000 records of about 200 bytes over 40 log types and 400 templates, one in fifty an error.
 * Known bias: bodies repeat every 50 batches, so that the size on disk is too good.
 */
export function prepareRows(seed: number, rowsPerMilli = denseRowsPerMilli): PreparedRows {
  const rng = createRng(seed);
  const patterns = Array.from({ length: patternCount }, () => buildPattern(() => rng.next()));
  return {
    batchSize,
    batch(sequence) {
      const pattern = patterns[sequence % patternCount];
      if (pattern === undefined) throw new Error('no patterns');
      for (let i = 0; i < batchSize; i++) {
        pattern.records.timeMillis[i] = startMillis + Math.floor((sequence * batchSize + i) / rowsPerMilli);
      }
      return { ...pattern, sequence };
    },
  };
}

/** Event time that `rows` prepared rows span, in milliseconds. */
export function spanOf(rows: number): number {
  return rows / denseRowsPerMilli;
}

function buildPattern(next: () => number): EventRows {
  const hex = (length: number): string =>
    Array.from({ length }, () => Math.floor(next() * 16).toString(16)).join('');
  const records = Array.from({ length: batchSize }, () => {
    const kind = Math.floor(next() ** 2 * 400);
    const service = `service-${kind % 40}`;
    const took = Math.floor(next() * 5_000);
    return {
      body: `2025-06-15T15:06:40.123Z INFO [${service}] handler-${kind} request ${hex(32)} from 10.0.${kind % 7}.${kind % 250} took ${took} ms status=200 path=/api/v1/items/${hex(24)} session=${hex(32)}`,
      severity: kind % 50 === 7 ? 17 : 9,
      templateId: kind.toString(16).padStart(16, '0'),
      stream: { logType: `shop/${service}`, pod: `${service}-${kind % 3}`, host: `node-${kind % 5}` },
    };
  });
  return buildRows({ lane: 0, sequence: 0 }, records);
}

/** A large report: 12 core events, 300 related ones. */
export function buildReport(index: number): RootCauseReport {
  const time = (BigInt(startMillis) * 1_000_000n + BigInt(index) * 60_000_000_000n) as EpochNanos;
  const eventOf = (row: number, zoom: number): object => ({
    eventId: `00-000000000001-${row.toString(16).padStart(5, '0')}`,
    time,
    logType: 'shop/service-1',
    host: `node-${index % 5}`,
    pod: 'service-1-1',
    severity: 17,
    body: `connection refused ${'4f'.repeat(50)}`,
    message: 'connection refused',
    templateId: '0000000000000001',
    surprise: 9,
    badness: 3,
    role: 'symptom',
    causeRank: 1,
    reasons: ['first time in 3 h here'],
    zoom,
  });
  // Branded ids are written as plain text here: only benchmarks read them.
  return {
    incidentId: `inc-${index}`,
    incidentType: `type-${index % 9}`,
    occurrence: 1,
    previous: undefined,
    revision: 1,
    environment: 'test',
    detector: 'wide',
    start: time,
    end: time,
    created: time,
    updated: time,
    significance: 'high',
    falseReportsPerDay: 0.1,
    isProvisional: false,
    title: 'connection refused',
    summary: 'connection refused',
    logTypes: ['shop/service-1'],
    hosts: [`node-${index % 5}`],
    coreEvents: Array.from({ length: 12 }, (_, i) => eventOf(i, 0)),
    hallmarks: [],
    alternates: [],
    words: [],
    relatedEvents: Array.from({ length: 300 }, (_, i) => eventOf(20 + i, 2)),
    relatedCounts: { 1: 12, 2: 312, 3: 312 },
    mergedInto: undefined,
  } as unknown as RootCauseReport;
}
