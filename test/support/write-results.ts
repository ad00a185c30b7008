/**
 * Writes docs/RESULTS.md from the result files of test/quality and test/bench, so that no number in the docs is typed.
 * Command: npm run results
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Claim {
  readonly claim: string;
  readonly isMet: boolean;
  readonly measured: string;
}

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: string;
}

interface ResultFile {
  readonly date?: string;
  readonly commit?: string;
  readonly isFast?: boolean;
  readonly seeds?: number;
  readonly claims?: readonly Claim[];
  readonly figures?: readonly Figure[];
}

const repository = path.resolve(import.meta.dirname, '../..');

const intro = `# Results

Made from the result files by \`npm run results\`; do not edit. \`npm run quality\` and \`npm run bench\` measure again.
What is judged and how: [test/quality](../test/quality/README.md), [test/bench](../test/bench/README.md).
`;

function resultFiles(folder: string): readonly (readonly [string, ResultFile])[] {
  const absolute = path.join(repository, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => [
      `${folder}/${name}`,
      JSON.parse(readFileSync(path.join(absolute, name), 'utf8')) as ResultFile,
    ]);
}

function section([file, result]: readonly [string, ResultFile]): string {
  const { claims = [], figures = [] } = result;
  if (claims.length + figures.length === 0) return '';
  const origin = [
    `commit ${(result.commit ?? 'unknown').slice(0, 7)}`,
    (result.date ?? '').slice(0, 10),
    result.isFast === true ? 'short version' : '',
  ];
  const rows = [
    ...claims.map(({ claim, isMet, measured }) => [claim, measured, isMet ? 'met' : '**not met**']),
    ...figures.map(({ name, value, unit, goal }) => [name, `${readable(value)} ${unit}`, goal ?? '']),
  ];
  return [
    `\n## [${path.basename(file, '.json')}](../${file})\n`,
    `${origin.filter((part) => part !== '').join(', ')}\n`,
    '| what | measured | goal |',
    '| --- | --- | --- |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}

function readable(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}

const sections = [...resultFiles('test/quality/results'), ...resultFiles('test/bench/results')].map(section);
writeFileSync(path.join(repository, 'docs/RESULTS.md'), intro + sections.join(''));
