import { decodeUtf8, encodeUtf8 } from '@culprit/kernel';
import { expect } from 'vitest';
import type { AssemblerOptions } from './assembler-types.js';
import { EnvelopeReader } from './envelope-reader.js';
import { RecordAssembler } from './record-assembler.js';
import type { RecordBatch } from './record-batch.js';

/** One record as a test looks at it. */
export interface Row {
  time: string;
  severity: number;
  flags: number;
  body: string;
  message: string;
  /** The part of the message that decides the template. */
  statement: string;
  /** What ends the message of a record with a stack trace. */
  trace: string;
  lines: number;
  logType: string;
  pod: string;
  host: string;
  attributes: string;
}

const traceName = / \| (trace [g-z]{8}: .*)$/;

/** The records of a batch. */
export function rows(batch: RecordBatch): Row[] {
  return Array.from({ length: batch.length }, (_, i) => {
    const stream = batch.streams[batch.streamIndex[i] ?? 0];
    const text = (start: Uint32Array, end: Uint32Array): string =>
      decodeUtf8(batch.bytes.subarray(start[i], end[i]));
    const statement = text(batch.messageStart, batch.statementEnd);
    const members = text(batch.statementEnd, batch.messageEnd);
    return {
      time: new Date(batch.timeMillis[i] ?? Number.NaN).toISOString(),
      severity: batch.severity[i] ?? 0,
      flags: batch.flags[i] ?? 0,
      body: text(batch.bodyStart, batch.bodyEnd),
      message: statement.replace(traceName, '') + members,
      statement,
      trace: traceName.exec(statement)?.[1] ?? '',
      lines: batch.lineCount[i] ?? 0,
      logType: stream?.logType ?? '',
      pod: stream?.pod ?? '',
      host: stream?.host ?? '',
      attributes: text(batch.attributesStart, batch.attributesEnd),
    };
  });
}

/** The records of a whole input; fails when a line got lost on the way. */
export function assemble(input: string, options: AssemblerOptions & { receivedMillis?: number } = {}): Row[] {
  const reader = new EnvelopeReader({ defaults: { environment: 'test', file: 'app.log' } });
  const assembler = new RecordAssembler(options);
  const { batch } = reader.read(encodeUtf8(input), 'auto', options.receivedMillis ?? Number.NaN);
  const result = [...rows(assembler.push(batch)), ...rows(assembler.flush())];
  expect(result.reduce((sum, row) => sum + row.lines, 0)).toBe(batch.lineCount);
  expect(assembler.counters.linesIn).toBe(batch.lineCount);
  expect(assembler.counters.linesOut).toBe(batch.lineCount);
  return result;
}

export const messages = (input: string): string[] => assemble(input).map((row) => row.message);

export const batchOf = (text: string): Parameters<RecordAssembler['push']>[0] =>
  new EnvelopeReader({ defaults: { environment: 'e', file: 'f' } }).read(encodeUtf8(text), 'text', Number.NaN)
    .batch;

export const envelope = (time: string, message: string): string =>
  JSON.stringify({ time, message, service: 's' });

export const flagsOf = (message: string): number | undefined =>
  assemble(envelope('2024-01-01T10:00:05Z', message))[0]?.flags;

export const dockerLine = (second: number, text: string): string =>
  JSON.stringify({
    log: text,
    stream: 'stdout',
    time: `2024-01-01T10:00:${String(second).padStart(2, '0')}Z`,
  });

export const podLine = (pod: string, text: string): string =>
  JSON.stringify({ pod, service: 's', message: text });
