import { decodeUtf8, encodeUtf8 } from '@culprit/kernel';
import { array, assert, constantFrom, integer, oneof, property, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnvelopeReader, type EnvelopeResult } from './envelope-reader.js';
import type { InputFormat } from './limits.js';
import { LineSplitter } from './line-splitter.js';
import { parseLogFormat } from './log-format.js';
import { RecordAssembler } from './record-assembler.js';
import type { RecordBatch } from './record-batch.js';

const formats: readonly InputFormat[] = ['auto', 'ndjson', 'json', 'text'];

/** Pieces that real logs are made of, so that random sequences of them reach deep into the code. */
const fragments = [
  '{"log":"',
  '{"msg":"x","service":"s"}',
  '"}',
  '\\u0000',
  '\\ud83d',
  '{"kubernetes":{"labels":{',
  '"__proto__":{"constructor":1}',
  '[{',
  '}]',
  ',',
  ':',
  '2024-01-01 10:00:00,123 ',
  '2024-01-01T10:00:00.123456789Z stdout P ',
  '2024-01-01T10:00:00Z stderr F ',
  'Sep 10 17:55:55 host kernel: ',
  '<34>1 ',
  '=ERROR REPORT==== ',
  'I0910 17:55:58.123456 1 a.go:1] ',
  '[pod/a-1/b] ',
  'ERROR ',
  'a.b.CException: x',
  '\tat a.b(C.java:1)',
  'Caused by: ',
  'Traceback (most recent call last):',
  'panic: ',
  'goroutine 1 [running]:',
  'level=info msg="',
  '\u001b[31m',
  '\u001b]0;',
  '\0',
  ' ',
  '\n',
  '\n',
  '\r\n',
  '\ufeff',
  'é',
] as const;

const anyInput = oneof(
  uint8Array({ maxLength: 400 }),
  array(oneof(constantFrom(...fragments), string({ maxLength: 6 })), { maxLength: 40 }).map((parts) =>
    encodeUtf8(parts.join('')),
  ),
  // Cut in the middle of characters and structures.
  array(constantFrom(...fragments), { maxLength: 20 }).chain((parts) => {
    const bytes = encodeUtf8(parts.join(''));
    return integer({ min: 0, max: bytes.length }).map((length) => bytes.slice(0, length));
  }),
);

function linesIn(batch: RecordBatch): number {
  let lines = 0;
  for (let i = 0; i < batch.length; i++) {
    lines += batch.lineCount[i] ?? 0;
    expect(batch.messageEnd[i]).toBeGreaterThanOrEqual(batch.messageStart[i] ?? 0);
    expect(batch.timeMillis[i]).not.toBeNaN();
  }
  return lines;
}

/** The batches are read one by one, as each call reuses the batch of the one before. */
function linesOut(assembler: RecordAssembler, result: EnvelopeResult): number {
  const pushed = linesIn(assembler.push(result.batch));
  const advanced = linesIn(assembler.advance(1e12));
  return pushed + advanced + linesIn(assembler.flush());
}

/** Shares memory where a plain array copies, as Node's Buffer does. */
class SharingBytes extends Uint8Array {
  override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.buffer).subarray(start, end);
  }
}

const newReader = (): EnvelopeReader => new EnvelopeReader({ defaults: { environment: 'e', file: 'f.log' } });

const bodies = (batches: readonly string[]): string[] => {
  const assembler = new RecordAssembler({ referenceMillis: 1_700_000_000_000 });
  const reader = newReader();
  const out: string[] = [];
  const collect = (batch: ReturnType<RecordAssembler['flush']>): void => {
    for (let i = 0; i < batch.length; i++) {
      out.push(batch.bytes.subarray(batch.bodyStart[i], batch.bodyEnd[i]).join());
    }
  };
  for (const text of batches)
    collect(assembler.push(reader.read(encodeUtf8(text), 'text', Number.NaN).batch));
  collect(assembler.flush());
  return out;
};

describe('hostile input', () => {
  it('never throws and never loses a line', () => {
    assert(
      property(anyInput, constantFrom(...formats), (bytes, format) => {
        const result = newReader().read(bytes, format, Number.NaN);
        expect(linesOut(new RecordAssembler(), result)).toBe(result.batch.lineCount);
      }),
      { numRuns: 1500, seed: 11 },
    );
  });

  it('accounts for every line of NDJSON that is not blank', () => {
    const line = constantFrom(
      '{"msg":"a","service":"s"}',
      '{"x"',
      '[1]',
      'text',
      '{}',
      '{"log":"\\ud800","stream":"o"}',
      '  ',
      '',
    );
    assert(
      property(array(line, { maxLength: 30 }), (lines) => {
        const result = newReader().read(encodeUtf8(lines.join('\n')), 'ndjson', Number.NaN);
        const rejected = [...result.rejected.values()].reduce((sum, count) => sum + count, 0);
        expect(result.batch.lineCount + rejected).toBe(lines.filter((text) => text.trim() !== '').length);
      }),
      { seed: 12 },
    );
  });

  it('accounts for every line of text', () => {
    assert(
      property(array(uint8Array({ maxLength: 30 }), { minLength: 1, maxLength: 30 }), (lines) => {
        const clean = lines.map((line) =>
          line.map((byte) => (byte === 0x0a || byte > 0xef || byte === 0 ? 0x2e : byte)),
        );
        const bytes = Uint8Array.from(clean.flatMap((line) => [...line, 0x0a]));
        expect(newReader().read(bytes, 'text', Number.NaN).batch.lineCount).toBe(lines.length);
      }),
      { seed: 13 },
    );
  });

  it('gives the same records whatever the cuts between batches', () => {
    assert(
      property(
        array(constantFrom(...fragments), { maxLength: 40 }),
        integer({ min: 1, max: 5 }),
        (parts, size) => {
          const lines = parts.join('').replaceAll('\ufeff', '').replaceAll('\0', '').split('\n');
          const pieces: string[] = [];
          for (let i = 0; i < lines.length; i += size)
            pieces.push(`${lines.slice(i, i + size).join('\n')}\n`);
          expect(bodies(pieces).toSorted()).toEqual(bodies([pieces.join('')]).toSorted());
        },
      ),
      { seed: 14, numRuns: 300 },
    );
  });

  it('is linear in long lines, deep JSON and runs of marks', () => {
    const size = 60_000;
    const hostile = [
      'x'.repeat(size),
      ' '.repeat(size),
      '['.repeat(size),
      '{"a":'.repeat(size / 5),
      `{"log":"${'\\u0041'.repeat(size / 6)}"}`,
      `{"kubernetes":${'{"labels":'.repeat(size / 10)}`,
      '\u001b['.repeat(size / 2),
      '1'.repeat(size),
      'a='.repeat(size / 2),
      '"'.repeat(size),
      '- '.repeat(size / 2),
      'a.'.repeat(size / 2),
      '2024-01-01 '.repeat(size / 11),
      `2024-01-01 10:00:00 ERROR ${'[a] '.repeat(size / 4)}`,
      `{${'"k":1,'.repeat(size / 6)}"msg":"x"}`,
    ];
    for (const line of hostile) {
      const result = newReader().read(encodeUtf8(`${line}\n`.repeat(4)), 'auto', Number.NaN);
      expect(linesOut(new RecordAssembler(), result)).toBe(result.batch.lineCount);
    }
  });

  it('holds no more than the bounds of a record for a line cut into parts without end', () => {
    const assembler = new RecordAssembler();
    const part = `2024-01-01T10:00:00Z stdout P ${'x'.repeat(1000)}\n`;
    const { batch } = newReader().read(encodeUtf8(part.repeat(2000)), 'text', Number.NaN);
    assembler.push(batch);
    assembler.flush();
    expect(assembler.counters.linesOut).toBe(2000);
    expect(assembler.snapshot().length).toBeLessThan(1000);
  });

  it('keeps copies of what it was given, whatever kind of bytes it was', () => {
    const text = '\u001b[1mred\u001b[0m alert\nSep 10 17:55:55 h prog[1]: x\n';
    const input = new SharingBytes(encodeUtf8(text));
    const assembler = new RecordAssembler();
    assembler.push(newReader().read(input, 'text', Number.NaN).batch);
    input.fill(0x21);
    const batch = assembler.flush();
    expect(decodeUtf8(batch.bytes.subarray(batch.messageStart[0], batch.messageEnd[0]))).toBe('red alert');
    const splitter = new LineSplitter();
    const chunk = new SharingBytes(encodeUtf8('one\ntail'));
    splitter.push(chunk);
    chunk.fill(0x21);
    expect(decodeUtf8(splitter.finish())).toBe('tail');
  });

  it('bounds the streams that texts can make', () => {
    const assembler = new RecordAssembler({ maxDerivedStreams: 50 });
    const text = Array.from({ length: 500 }, (_, i) => `Sep 10 17:55:55 h${i} p${i}[1]: x\n`).join('');
    assembler.push(newReader().read(encodeUtf8(text), 'text', Number.NaN).batch);
    const { streams } = assembler.flush();
    expect(streams.length).toBe(51);
    expect(assembler.counters.refusedStreams).toBe(450);
    expect(assembler.counters.linesOut).toBe(500);
  });

  it('splits lines by any format without throwing', () => {
    const format = parseLogFormat('\\[<Time>\\] <Level> (<Pid>)? <Content>');
    assert(
      property(uint8Array({ maxLength: 200 }), (bytes) => {
        const range = format.contentOf(bytes, 0, bytes.length);
        expect(range === undefined || (range.start <= range.end && range.end <= bytes.length)).toBe(true);
      }),
      { seed: 15 },
    );
  });

  it('gives the same blocks where they are reused', () => {
    assert(
      property(array(uint8Array({ maxLength: 300, min: 9, max: 14 }), { maxLength: 10 }), (chunks) => {
        const fresh = new LineSplitter({ maxLineBytes: 64 });
        const reusing = new LineSplitter({ maxLineBytes: 64, reusesBlocks: true });
        for (const chunk of chunks) expect(reusing.push(chunk.slice())).toEqual(fresh.push(chunk));
        expect(reusing.finish()).toEqual(fresh.finish());
      }),
      { seed: 17 },
    );
  });

  it('splits binary input into blocks without throwing', () => {
    assert(
      property(array(uint8Array({ maxLength: 700 }), { maxLength: 10 }), (chunks) => {
        const splitter = new LineSplitter({ maxLineBytes: 64 });
        let length = 0;
        for (const chunk of chunks) length += splitter.push(chunk).length;
        length += splitter.finish().length;
        const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
        expect(splitter.isUtf16 || length + splitter.skippedBytes === total).toBe(true);
      }),
      { seed: 16 },
    );
  });
});
