import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { culprit, temporaryFolder } from './support/cli-process.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const lines = [
  'GET /items/17 took=31ms status=200 from 10.0.0.4',
  'GET /items/18 took=4ms status=404 from 10.0.0.5',
  'größe "a, b" grew to 12 MB in 0.5 s',
  'größe "a, b" grew to 14 MB in 1.5 s',
  '',
  '{"level":"info","user.id":"u-17","ms": 42}',
  'GET  /items/19\ttook=8ms status=200  from 10.0.0.6 ',
  'session opened for user bob 17',
];

interface Row {
  readonly lineId: string;
  readonly template: string;
  readonly values: readonly string[];
  readonly parameters: readonly Readonly<Record<string, unknown>>[];
  readonly constants: readonly (string | null)[];
}

let head = '';
let rows: Row[] = [];
beforeAll(async () => {
  const file = folder.path('app.log');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const result = await culprit(['parse', file, '--parameters']);
  const [first = '', ...body] = result.stdout.trimEnd().split('\n');
  head = first;
  rows = body.map((row) => {
    const [lineId = '', , template = '', values = '', parameters = '', constants = ''] = cellsOf(row);
    return {
      lineId,
      template,
      values: JSON.parse(values),
      parameters: JSON.parse(parameters),
      constants: JSON.parse(constants),
    };
  });
});

function cellsOf(row: string): string[] {
  return [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

describe('parse --parameters', () => {
  it('has one row a line, in their order', () => {
    expect(head).toBe('LineId,EventId,EventTemplate,ParameterList,Parameters,Constants');
    expect(rows.map(({ lineId }) => lineId)).toEqual(lines.map((_, index) => String(index + 1)));
  });

  it('gives places in bytes, in order, from which the line can be put together again', () => {
    rows.forEach(({ template, values, parameters, constants }, index) => {
      const bytes = Buffer.from(lines[index] ?? '');
      expect(parameters.map(({ value }) => value)).toEqual(values);
      let rebuilt = '';
      template.split('<*>').forEach((constant, ordinal) => {
        const { start, end } = parameters[ordinal] ?? {};
        rebuilt += constants[ordinal] ?? constant;
        if (typeof start === 'number' && typeof end === 'number') {
          rebuilt += bytes.subarray(start, end).toString();
        }
      });
      expect(rebuilt).toBe(lines[index]);
    });
  });

  it('names what the line names, and gives types', () => {
    const described = rows[0]?.parameters.map(({ name, type }) => [name, type]);
    expect(described).toEqual([
      [undefined, 'path'],
      ['took', 'quantity'],
      ['status', 'number'],
      [undefined, 'ip'],
    ]);
    expect(rows[5]?.parameters).toContainEqual(
      expect.objectContaining({ name: 'ms', type: 'number', value: '42' }),
    );
  });
});
