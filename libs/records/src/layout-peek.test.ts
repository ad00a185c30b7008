import { describe, expect, it } from 'vitest';
import { assemble, batchOf, rows } from './assemble.test-data.js';
import { RecordAssembler } from './record-assembler.js';

const start = 1_772_359_200;
const line = (i: number): string =>
  `${1000 + i} node-${i % 5} boiler.hw ${start + i * 3} 1 opened the valve of tank ${i % 7}`;
const file = Array.from({ length: 60 }, (_, i) => line(i)).join('\n');

describe('a file whose times no general rule finds', () => {
  it('gets times and messages from the columns of its lines, from the first one on', () => {
    const records = assemble(file);
    expect(records[0]).toMatchObject({
      time: '2026-03-01T10:00:00.000Z',
      message: 'opened the valve of tank 0',
      body: line(0),
    });
    expect(records.at(-1)?.time).toBe('2026-03-01T10:02:57.000Z');
  });

  it('goes on with the same header after a restart', () => {
    const lines = file.split('\n');
    const first = new RecordAssembler();
    first.push(batchOf(lines.slice(0, 40).join('\n')));
    const second = RecordAssembler.restore(first.snapshot());
    expect(second.snapshot()).toEqual(first.snapshot());
    // Fewer lines than a header can be learned from.
    const rest = batchOf(lines.slice(40, 42).join('\n'));
    const expected = rows(first.push(rest));
    expect(rows(second.push(rest))).toEqual(expected);
    expect(expected.at(-1)?.message).toBe('opened the valve of tank 5');
  });

  it('leaves lines alone that came with a time', () => {
    const stamped = Array.from({ length: 60 }, (_, i) =>
      JSON.stringify({ time: '2026-03-01T10:00:05Z', service: 's', message: line(i) }),
    ).join('\n');
    expect(assemble(stamped)[0]?.message).toBe(line(0));
    expect(assemble(file, { receivedMillis: start * 1000 })[0]?.message).toBe(line(0));
  });
});
