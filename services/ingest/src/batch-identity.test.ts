import type { BusRecord } from '@culprit/bus';
import { batchHeader } from '@culprit/contracts';
import { describe, expect, it } from 'vitest';
import { identified, identityOf } from './batch-identity.js';

const record = (text: string): BusRecord => ({ key: 'shop', value: Buffer.from(text) });
const namesOf = (records: readonly BusRecord[]): (string | undefined)[] =>
  records.map(({ headers }) => headers?.[batchHeader]);

describe('batch identity', () => {
  it('is the same for a repeat and another for other bytes, another id or another tenant', () => {
    const identity = identityOf('tenant\u0000batch', '12-345');
    expect(identityOf('tenant\u0000batch', '12-345')).toBe(identity);
    for (const other of [
      identityOf('tenant\u0000batch', '12-346'),
      identityOf('tenant\u0000batch2', '12-345'),
      identityOf('other\u0000batch', '12-345'),
    ])
      expect(other).not.toBe(identity);
  });

  it('stays short whatever the sender calls its batch', () => {
    expect(identityOf('x'.repeat(10_000), '1-1')).toHaveLength(32);
  });

  it('names every record of a request by its place', () => {
    const names = namesOf(identified([record('a'), record('b'), record('a')], 'f00'));
    expect(names).toEqual(['f00-0/3', 'f00-1/3', 'f00-2/3']);
  });

  it('takes a request that was cut otherwise for another one', () => {
    const [first] = namesOf(identified([record('ab')], 'f00'));
    expect(namesOf(identified([record('a'), record('b')], 'f00'))).not.toContain(first);
  });

  it('leaves records alone when the sender gave no id, and keeps other headers', () => {
    const records = [record('a')];
    expect(identified(records, undefined)).toBe(records);
    const [kept] = identified([{ ...record('a'), headers: { trace: '1' } }], 'f00');
    expect(kept?.headers).toEqual({ trace: '1', [batchHeader]: 'f00-0/1' });
  });
});
