/** What is generated for the charts is what would be generated now. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chartReadme, generatedFiles, topicsFile, valuesSchema } from '../../deploy/helm/generate.ts';

const folder = join(import.meta.dirname, '../../deploy/helm');

describe('generated files of the charts', () => {
  it.each([...generatedFiles()])('%s is fresh: otherwise run "npm run gen:charts"', (file, text) => {
    expect(readFileSync(join(folder, file), 'utf8')).toBe(text);
  });

  it('describes every value, with its default', () => {
    const values = '# -- Which way.\nmode: a\nparts:\n  # -- Of them.\n  size: 3\n  labels: { a: b }\n';
    const readme = chartReadme('name: x\nversion: 1.0.0\n', 'Head.', values);
    expect(readme.split('\n').slice(0, 3)).toEqual(['# x 1.0.0', '', 'Head.']);
    expect(readme).toContain('| `mode` | `"a"` | Which way. |');
    expect(readme).toContain('| `parts.size` | `3` | Of them. |');
    expect(readme).toContain('| `parts.labels` | `{"a":"b"}` |  |');
  });

  it('closes a schema where the default has members, and only there', () => {
    const schema = JSON.parse(valuesSchema('parts:\n  size: 3\n  env: {}\n')) as {
      readonly properties: Record<string, unknown>;
    };
    expect(schema.properties['parts']).toEqual({
      type: 'object',
      properties: { size: { type: 'integer', minimum: 0 }, env: { type: 'object' } },
      additionalProperties: false,
    });
  });

  it('gives topics the settings that the services give them', () => {
    const topic = {
      name: 'culprit.a.v1',
      payload: 'A',
      key: ['a'],
      partitions: 1,
      retentionHours: 2,
      isCompacted: true,
      maxRecordBytes: 1_000,
      whenFull: 'wait' as const,
    };
    expect(topicsFile([topic])).toContain(
      'max.message.bytes: "66536"\n      cleanup.policy: compact,delete\n      retention.ms: "7200000"',
    );
  });
});
