import type { EnvironmentName, LogTypeName } from '@culprit/kernel';
import { encodeUtf8 } from '@culprit/kernel';
import fc from 'fast-check';
import { LineCache } from '@culprit/mining';
import { describe, expect, it } from 'vitest';
import { CountTable } from './count-table.js';
import { LogTypeEntry } from './log-type-entry.js';

/** A log type whose first templates are known. */
function entryOf(logType: string, templates: number): LogTypeEntry {
  const entry = LogTypeEntry.create('shop' as EnvironmentName, logType as LogTypeName, new LineCache());
  const words = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel'];
  for (const word of words.slice(0, templates)) {
    const bytes = encodeUtf8(`${word} ${word}ed`);
    entry.reserve(entry.miner.mine(bytes, 0, bytes.length));
  }
  return entry;
}

describe('counts of one batch', () => {
  it('are what counting one by one gives, for any records in any order', () => {
    const entries = [entryOf('web', 8), entryOf('orders', 8)];
    // One table: log types keep its scratch from batch to batch.
    const table = new CountTable();
    const record = fc.record({
      entry: fc.nat(1),
      template: fc.nat(7),
      bin: fc.nat(40).map((bin) => bin * 10_000),
      severity: fc.nat(24),
    });
    fc.assert(
      fc.property(fc.array(fc.array(record, { maxLength: 700 }), { maxLength: 3 }), (batches) => {
        for (const records of batches) {
          table.clear();
          const expected = new Map<string, { count: number; maxSeverity: number }>();
          for (const { entry, template, bin, severity } of records) {
            const of = entries[entry];
            if (of === undefined) continue;
            table.add(of, template, bin, severity);
            const key = `${of.logType} ${of.idOf(template)} ${bin}`;
            const before = expected.get(key) ?? { count: 0, maxSeverity: 0 };
            expected.set(key, {
              count: before.count + 1,
              maxSeverity: Math.max(before.maxSeverity, severity),
            });
          }
          const found = table
            .toCounts()
            .map((row): [string, object] => [
              `${row.logType} ${row.templateId} ${row.binStart}`,
              { count: row.count, maxSeverity: row.maxSeverity },
            ]);
          // In order of first occurrence, each key once.
          expect(found).toEqual([...expected]);
        }
      }),
      { numRuns: 50, seed: 5 },
    );
  });
});
