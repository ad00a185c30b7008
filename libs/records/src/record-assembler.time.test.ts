import { describe, expect, it } from 'vitest';
import { assemble, batchOf, envelope, flagsOf, rows } from './assemble.test-data.js';
import { RecordAssembler } from './record-assembler.js';
import { recordFlags } from './record-batch.js';

describe('time', () => {
  it.each([
    [
      'a full time of its own wins',
      '2024-01-01T10:00:05Z',
      '2024-01-01T10:00:00.5Z x',
      '2024-01-01T10:00:00.500Z',
    ],
    [
      'without a zone the envelope wins',
      '2024-01-01T10:00:05Z',
      '2024-01-01 18:00:05 x',
      '2024-01-01T10:00:05.000Z',
    ],
    [
      'unless the line was read days later',
      '2024-01-09T10:00:05Z',
      '2024-01-01 18:00:05 x',
      '2024-01-01T18:00:05.000Z',
    ],
    ['a clock takes the envelope', '2024-01-01T10:00:05Z', '18:00:05.1 INFO x', '2024-01-01T10:00:05.000Z'],
    [
      'a future time is not believed',
      '2024-01-01T10:00:05Z',
      '2024-01-01T10:10:00Z x',
      '2024-01-01T10:00:05.000Z',
    ],
    [
      'a bare number far from it is no time',
      '2024-01-01T10:00:05Z',
      '1234567890 bytes sent',
      '2024-01-01T10:00:05.000Z',
    ],
    [
      'a bare number near it is one',
      '2024-01-01T10:00:05Z',
      '1704103203.5 GET x',
      '2024-01-01T10:00:03.500Z',
    ],
    ['nor one before 2000', '2024-01-01T10:00:05Z', '1999-01-01T10:10:00Z x', '2024-01-01T10:00:05.000Z'],
  ])('%s', (_, time, message, expected) => {
    expect(assemble(envelope(time, message))[0]?.time).toBe(expected);
  });

  it('flags what it repaired or inherited', () => {
    expect(flagsOf('1999-01-01T10:10:00Z x')).toBe(recordFlags.timeRepaired);
    expect(flagsOf('x')).toBe(recordFlags.timeInherited);
  });

  it('applies the configured zone to texts without one', () => {
    expect(assemble('2024-01-01 18:00:00 x\n', { timeZoneOffsetMinutes: 480 })[0]?.time).toBe(
      '2024-01-01T10:00:00.000Z',
    );
  });

  it('takes the year of a year-less time from receipt', () => {
    const receivedMillis = Date.UTC(2022, 0, 1, 0, 0, 10);
    expect(assemble('Dec 31 23:59:59 h a[1]: x\n', { receivedMillis })[0]?.time).toBe(
      '2021-12-31T23:59:59.000Z',
    );
  });

  it('takes it from other streams where nothing else is known', () => {
    const [, row] = assemble(
      '{"pod":"a-0","log":"2021-09-10 17:55:50 INFO x"}\n{"pod":"b-0","log":"Sep 10 17:55:55 h a[1]: y"}\n',
    );
    expect(row?.time).toBe('2021-09-10T17:55:55.000Z');
  });

  it('carries a clock over midnight with the previous record', () => {
    const times = assemble('2024-01-01 23:59:58 INFO a\n23:59:59 INFO b\n00:00:01 INFO c\n').map(
      (row) => row.time,
    );
    expect(times).toEqual([
      '2024-01-01T23:59:58.000Z',
      '2024-01-01T23:59:59.000Z',
      '2024-01-02T00:00:01.000Z',
    ]);
  });

  it('gives lines before the first time that time', () => {
    expect(assemble('banner\n2024-01-01 10:00:00 INFO a\n')[0]?.time).toBe('2024-01-01T10:00:00.000Z');
  });

  it('gives texts without any time the time of receipt, or of the last record that had one', () => {
    const receivedMillis = Date.UTC(2024, 0, 1, 12);
    const times = assemble('hello\n2024-01-01 10:00:00 INFO a\nprinted\n', { receivedMillis }).map(
      (row) => row.time,
    );
    expect(times).toEqual([
      '2024-01-01T12:00:00.000Z',
      '2024-01-01T10:00:00.000Z',
      '2024-01-01T10:00:00.000Z',
    ]);
  });

  it('keeps a clock that jumps back a day', () => {
    const times = assemble('2024-01-02 10:00:00 a\n2024-01-01 10:00:00 b\n').map((row) => row.time);
    expect(times).toEqual(['2024-01-02T10:00:00.000Z', '2024-01-01T10:00:00.000Z']);
  });
});

describe('waiting and snapshots', () => {
  it('releases a record when the watermark is five seconds past it', () => {
    const assembler = new RecordAssembler();
    expect(assembler.push(batchOf('2024-01-01T10:00:00Z ERROR a\n')).length).toBe(0);
    const millis = Date.UTC(2024, 0, 1, 10);
    expect(assembler.advance(millis + 5_000).length).toBe(0);
    expect(assembler.advance(millis + 5_001).length).toBe(1);
    expect(assembler.flush().length).toBe(0);
  });

  it('goes on from a snapshot as if nothing had happened', () => {
    const text = `2024-01-01T10:00:00Z ERROR a.b - boom
java.io.IOException: x
\tat a.b(C.java:1)
Caused by: java.io.EOFException: y
2024-01-01T10:00:00.1Z stdout P half
2024-01-01T10:00:00.2Z stdout F  line
\u001b[31mred\u001b[0m
  indented
Sep 10 17:55:55 node-1 kernel: eth0: up
Traceback (most recent call last):
  File "a.py", line 3
ValueError: bad
`;
    const whole = assemble(text);
    const lines = text.split('\n').slice(0, -1);
    for (let cut = 0; cut <= lines.length; cut++) {
      const first = new RecordAssembler();
      const before = rows(
        first.push(
          batchOf(
            lines
              .slice(0, cut)
              .map((line) => `${line}\n`)
              .join(''),
          ),
        ),
      );
      const second = RecordAssembler.restore(first.snapshot());
      const after = rows(
        second.push(
          batchOf(
            lines
              .slice(cut)
              .map((line) => `${line}\n`)
              .join(''),
          ),
        ),
      );
      const rest = rows(second.flush());
      const result = [...before, ...after, ...rest].map((row) => row.body);
      expect(new Set(result)).toEqual(new Set(whole.map((row) => row.body)));
      expect(second.counters.linesOut).toBe(lines.length);
    }
  });

  it('ends a record of lines without any time when time passes', () => {
    const assembler = new RecordAssembler();
    assembler.push(batchOf('first\nsecond\n'));
    expect(rows(assembler.advance(Number.NEGATIVE_INFINITY)).map((row) => row.body)).toEqual(['second']);
    expect(assembler.laneMillis).toBe(Number.NEGATIVE_INFINITY);
  });

  it('refuses a torn snapshot', () => {
    const assembler = new RecordAssembler();
    assembler.push(batchOf('2024-01-01T10:00:00Z ERROR a\n\u001b[31mred\n'));
    const bytes = assembler.snapshot();
    for (let length = 0; length < bytes.length; length++) {
      expect(() => RecordAssembler.restore(bytes.subarray(0, length))).toThrow(RangeError);
    }
    const other = bytes.slice();
    other[4] = 99;
    expect(() => RecordAssembler.restore(other)).toThrow(/version/);
  });
});
