/**
 * Writes docs/RESULTS.md and docs/quality/ from the result files of test/quality and test/bench, so that no number in the
 * docs is typed.
 * Command: npm run results
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

type Row = Readonly<Record<string, string | number | boolean>>;

interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

interface ResultFile {
  readonly date?: string;
  readonly commit?: string;
  readonly isFast?: boolean;
  readonly seeds?: number;
  readonly rows?: readonly Row[];
  readonly tables?: readonly Table[];
  readonly notes?: readonly string[];
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
  const rows = [
    ...claims.map(({ claim, isMet, measured }) => [claim, measured, isMet ? 'met' : '**not met**']),
    ...figures.map(({ name, value, unit, goal }) => [name, `${readable(value)} ${unit}`, goal ?? '']),
  ];
  return [
    `\n## [${path.basename(file, '.json')}](../${file})\n`,
    `${originOf(result)}\n`,
    '| what | measured | goal |',
    '| --- | --- | --- |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}

function originOf({ commit = 'unknown', date = '', isFast }: ResultFile): string {
  const origin = [`commit ${commit.slice(0, 7)}`, date.slice(0, 10), isFast === true ? 'short version' : ''];
  return origin.filter((part) => part !== '').join(', ');
}

/** A page with everything that a suite measured. */
function page([file, result]: readonly [string, ResultFile]): string {
  const { tables = [], rows = [], notes = [] } = result;
  return [
    `# ${path.basename(file, '.json')}\n`,
    `Made from [the result file](../../${file}) by \`npm run results\`; do not edit. ${originOf(result)}.\n`,
    ...notes.map((note) => `- ${note}`),
    ...[...tables, { title: 'Every case', rows }].map(
      (table) => `\n## ${table.title}\n\n${table.rows.length > 0 ? markdownTable(table.rows) : 'None.'}`,
    ),
    '',
  ].join('\n');
}

function markdownTable(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [
    columns,
    columns.map(() => '---'),
    ...rows.map((row) => columns.map((column) => cellText(row[column]))),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** Log text is hostile: nothing of it may be Markdown or HTML. */
function cellText(value: Row[string] | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : '**no**';
  if (typeof value === 'number') return String(value);
  return value.replaceAll(/[\\`*_<>[\]|#&]/g, (character) => `&#${String(character.codePointAt(0))};`);
}

function readable(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}

const sections = [...resultFiles('test/quality/results'), ...resultFiles('test/bench/results')].map(section);
writeFileSync(path.join(repository, 'docs/RESULTS.md'), intro + sections.join(''));

const pages = resultFiles('test/quality/results').filter(([, { tables = [] }]) => tables.length > 0);
const folder = path.join(repository, 'docs/quality');
mkdirSync(folder, { recursive: true });
for (const result of pages)
  writeFileSync(path.join(folder, `${path.basename(result[0], '.json')}.md`), page(result));
