import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repositoryRoot } from './analysis.js';
import { demoSuite } from './demo.suite.js';
import { detectionSuite } from './detection.suite.js';
import { faultsSuite } from './faults.suite.js';
import { headersSuite } from './headers.suite.js';
import { nezhaSuite } from './nezha.suite.js';
import { osfiSuite } from './osfi.suite.js';
import { parsingSuite } from './parsing.suite.js';
import { quietSuite } from './quiet.suite.js';
import { redactionSuite } from './redaction.suite.js';
import type { Suite, SuiteOptions, SuiteResult } from './suite.js';
import { formatTable } from './table.js';
import { vmSuite } from './vm.suite.js';

const suites: Readonly<Record<string, Suite>> = {
  demo: demoSuite,
  faults: faultsSuite,
  detection: detectionSuite,
  quiet: quietSuite,
  osfi: osfiSuite,
  nezha: nezhaSuite,
  vm: vmSuite,
  parsing: parsingSuite,
  headers: headersSuite,
  redaction: redactionSuite,
};

const USAGE = `npm run quality -- [--only demo,faults,detection,quiet,osfi,nezha,vm,parsing,headers,redaction] [--seeds 5] [--family dispatch] [--fast]`;

/** Runs the chosen suites, prints their tables and writes one JSON file for each. */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      seeds: { type: 'string', default: '5' },
      family: { type: 'string' },
      fast: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const names = values.only === undefined ? Object.keys(suites) : values.only.split(',');
  const seeds = Number(values.seeds);
  if (
    values.help ||
    !Number.isInteger(seeds) ||
    seeds < 1 ||
    names.some((name) => suites[name] === undefined)
  ) {
    console.log(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  for (const name of names) {
    const suite = suites[name];
    if (suite !== undefined)
      await runSuite(name, suite, { seeds, isFast: values.fast, ...familyOf(values.family) });
  }
}

function familyOf(family: string | undefined): Pick<SuiteOptions, 'family'> {
  return family === undefined ? {} : { family };
}

async function runSuite(
  name: string,
  suite: Suite,
  size: Pick<SuiteOptions, 'family' | 'isFast' | 'seeds'>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), `culprit-quality-${name}-`));
  const startedAt = performance.now();
  const say = (text: string): void => {
    console.log(`  ${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${text}`);
  };
  console.log(`\n${name}`);
  try {
    const result = await suite({ directory, say, ...size });
    say('done');
    print(result);
    save(name, { ...size, seconds: Math.round((performance.now() - startedAt) / 1000), ...result });
  } catch (error) {
    // One suite that cannot run must not cost the others their results.
    console.log(`  could not be measured: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function print(result: SuiteResult): void {
  if (result.rows.length > 0) console.log(`\n${formatTable(result.rows)}`);
  for (const { title, rows } of result.tables ?? [])
    console.log(`\n${title}\n\n${rows.length > 0 ? formatTable(rows) : '  none'}`);
  console.log('');
  for (const { claim, isMet, measured } of result.claims)
    console.log(`  ${isMet ? 'met    ' : 'NOT MET'}  ${claim}: ${measured}`);
  for (const note of result.notes) console.log(`  note     ${note}`);
}

function save(
  name: string,
  outcome: SuiteResult & Pick<SuiteOptions, 'family' | 'isFast' | 'seeds'> & { readonly seconds: number },
): void {
  if (outcome.rows.length === 0 && (outcome.tables ?? []).length === 0) return;
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const document = {
    suite: name,
    date: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    // Other people's unfinished work may be in the tree: the commit alone would then not reproduce the numbers.
    hasLocalChanges: git('status', '--porcelain', '--untracked-files=no', 'libs', 'services') !== '',
    node: process.version,
    cpus: cpus().length,
    ...outcome,
  };
  const family = outcome.family === undefined ? '' : `-${outcome.family}`;
  const path = join(folder, `${name}${family}${outcome.isFast ? '-fast' : ''}.json`);
  writeFileSync(path, `${JSON.stringify(document, undefined, 2)}\n`);
}

function git(...args: readonly string[]): string {
  return execFileSync('git', [...args], { cwd: repositoryRoot, encoding: 'utf8' }).trim();
}
