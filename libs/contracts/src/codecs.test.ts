import { AppError } from '@culprit/kernel';
import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAnomalyBatch, encodeAnomalyBatch } from './anomalies.codec.js';
import { anomalyBatch, rootCauseReport, ruleChanges, structuredBatch } from './arbitraries.test-data.js';
import { decodeDeadLetter, encodeDeadLetter, maxDeadLetterPayloadBytes } from './dead-letter.codec.js';
import { AnomalyBatch as WireAnomalies } from './gen/culprit/events/v1/anomalies.js';
import { StructuredBatch as WireStructured } from './gen/culprit/events/v1/structured.js';
import { decodeRawRecord } from './raw.codec.js';
import { decodeReportRevision, encodeReportRevision } from './report.codec.js';
import { encodeRuleChanges } from './rules.codec.js';
import { decodeStructuredBatch, encodeStructuredBatch } from './structured.codec.js';

const malformed = { code: 'CULPRIT_CONTRACTS_MALFORMED', isRetryable: false };
const decoders = [
  decodeRawRecord,
  decodeStructuredBatch,
  decodeAnomalyBatch,
  decodeReportRevision,
  decodeDeadLetter,
];

describe('codecs', () => {
  it('give back every structured batch as it was', () => {
    assert(
      property(structuredBatch, (batch) => {
        expect(decodeStructuredBatch(encodeStructuredBatch(batch))).toEqual(batch);
      }),
    );
  });

  it('give back every anomaly batch as it was', () => {
    assert(
      property(anomalyBatch, (batch) => {
        expect(decodeAnomalyBatch(encodeAnomalyBatch(batch))).toEqual(batch);
      }),
    );
  });

  it('give back every change of rules as it was, and refuse a rule that cannot be', () => {
    assert(
      property(ruleChanges, (changes) => {
        const records = encodeRuleChanges(changes, 100).map((bytes) => decodeRawRecord(bytes));
        expect(records.flatMap((record) => (record.kind === 'rules' ? record.changes : []))).toEqual(changes);
      }),
    );
    const rule = { kind: 'merge', environment: '', logType: '', templates: ['alone'] } as const;
    const [bytes = new Uint8Array()] = encodeRuleChanges([{ ruleId: 'a', version: 1, rule }], 1_000);
    expect(() => decodeRawRecord(bytes)).toThrow(expect.objectContaining(malformed));
  });

  it('give back every report as it was', () => {
    assert(
      property(rootCauseReport, (report) => {
        expect(decodeReportRevision(encodeReportRevision(report))).toEqual(report);
      }),
    );
  });

  it('write the same bytes for the same value', () => {
    assert(
      property(rootCauseReport, (report) => {
        expect(encodeReportRevision(structuredClone(report))).toEqual(encodeReportRevision(report));
      }),
    );
  });

  it('keep the beginning of a dead letter and the identity of the whole', () => {
    const letter = {
      topic: 'culprit.logs.raw.v1',
      partition: 3,
      offset: 2 ** 40,
      group: 'structuring',
      reason: 'CULPRIT_CONTRACTS_MALFORMED',
      message: 'raw record: neither lines nor progress',
      key: 'a\u001fb',
      payload: new Uint8Array(maxDeadLetterPayloadBytes + 10).fill(7),
      payloadBytes: maxDeadLetterPayloadBytes + 10,
      payloadSha256: new Uint8Array(32).fill(9),
    };
    const decoded = decodeDeadLetter(encodeDeadLetter(letter));
    expect({ ...decoded, payload: decoded.payload.length }).toEqual({
      ...letter,
      payload: maxDeadLetterPayloadBytes,
    });
  });

  it('refuse arbitrary bytes with a clear error and never crash', () => {
    assert(
      property(uint8Array({ maxLength: 64 }), (bytes) => {
        for (const decode of decoders) {
          expect([undefined, malformed.code]).toContain(errorOf(() => decode(bytes))?.code);
        }
      }),
    );
  });

  it('refuse a message that is cut off, empty or followed by something else', () => {
    assert(
      property(structuredBatch, (batch) => {
        const bytes = encodeStructuredBatch(batch);
        expect(errorOf(() => decodeStructuredBatch(Uint8Array.of(...bytes, 0, 1)))).toMatchObject(malformed);
        const cut = errorOf(() => decodeStructuredBatch(bytes.subarray(0, bytes.length - 1)));
        expect([undefined, malformed.code]).toContain(cut?.code);
      }),
    );
    for (const decode of decoders) expect(errorOf(() => decode(new Uint8Array(0)))).toMatchObject(malformed);
  });

  it('refuse an index that points outside its table, a severity and a kind that do not exist', () => {
    const empty = WireStructured.decode(new Uint8Array(0));
    const event = { ...emptyEvent(), sourceIndex: 1 };
    const withEvent = WireStructured.encode({ ...empty, highestTimeMillis: 0, exemplars: [event] }).finish();
    expect(errorOf(() => decodeStructuredBatch(withEvent))).toMatchObject(malformed);
    const count = {
      binStartMillis: 0n,
      logTypeIndex: 0,
      templateId: 1n,
      count: 1,
      maxSeverity: 25,
      errorCount: 0,
    };
    const withCount = WireStructured.encode({
      ...empty,
      highestTimeMillis: 0,
      logTypes: [{ environment: 'e', logType: 'l' }],
      counts: [count],
    }).finish();
    expect(errorOf(() => decodeStructuredBatch(withCount))).toMatchObject(malformed);
    const anomaly = { event: emptyEvent(), surprise: 1, badness: 0, count: 1n };
    const withKind = WireAnomalies.encode({
      ...WireAnomalies.decode(new Uint8Array(0)),
      closedThroughMillis: 0,
      sources: [
        { environment: '', logType: '', namespace: '', service: '', pod: '', container: '', host: '' },
      ],
      anomalies: [{ ...anomaly, evidence: [{ kind: 0, probability: 1, sentence: '' }] }],
    }).finish();
    expect(errorOf(() => decodeAnomalyBatch(withKind))).toMatchObject({
      ...malformed,
      message: 'evidence kind: unknown value 0',
    });
  });
});

function emptyEvent() {
  return {
    eventId: '',
    timeNanos: 0n,
    sourceIndex: 0,
    severity: 0,
    templateId: 0n,
    message: '',
    body: '',
    parameters: [],
    hasStackTrace: false,
  };
}

/** What a call throws: an AppError, undefined when it returns; anything else fails the test. */
function errorOf(call: () => unknown): AppError | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
