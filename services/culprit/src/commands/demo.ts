import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeUtf8, type EpochMillis } from '@culprit/kernel';
import { createSockShopScenario, faultKinds, type FaultKind, type Scenario } from '@culprit/testkit';
import type { Command } from 'commander';
import { CliError, exitCodes } from '../cli-error.js';
import { ApiClient } from '../http/api-client.js';
import { defaultPort } from '../http/server-option.js';
import { createProgress } from '../output/progress.js';
import type { ReportView } from '../output/report-view.js';
import { formatCount, formatDuration, paint } from '../output/terminal.js';
import { formatReportText } from '../output/text-report.js';
import { addAnswer, pushBlock, type PushTotals } from './push.js';
import { incidentsOf } from './reports.js';
import { closeInTime, untilSignal } from './up.js';

interface DemoFlags {
  readonly fault: FaultKind | 'none';
  readonly seed: number;
  readonly port: number;
  readonly fast?: boolean;
  readonly exit?: boolean;
  readonly url?: string;
  readonly ingestUrl?: string;
}

/** Where lines go and where reports come from: one address, or two of a distributed system. */
interface Servers {
  readonly ingest: ApiClient;
  readonly query: ApiClient;
}

const blockBytes = 1 << 20;
const minuteMillis = 60_000;
const learnMinutes = 120;
const fastLearnMinutes = 30;
const aroundFaultMillis = 15 * minuteMillis;
const drainTimeoutMs = 120_000;

/** Adds `culprit demo`: learns an application for two hours of event time, breaks it, shows the report. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('watch Culprit learn an application, see it break and explain why')
    .option(
      '--fault <kind>',
      `what breaks: ${faultKinds.join(', ')} or none`,
      parseFault,
      'network-corruption',
    )
    .option('--seed <number>', 'which run of the scenario', parseSeed, 1)
    .option('--port <number>', 'port to serve on, 0 for any', Number, defaultPort)
    .option('--fast', 'learn 30 minutes instead of two hours')
    .option('--exit', 'stop after the report instead of serving it')
    .option('--url <address>', 'use a Culprit that runs already instead of starting one')
    .option('--ingest-url <address>', 'where its ingest listens, if elsewhere')
    .addHelpText(
      'after',
      `
About three million lines of an online shop (25 pods, 40 log types) go through the real ingest endpoint at full speed.
Nothing about the shop or its faults is known beforehand.

Examples:
  culprit demo
  culprit demo --fast --fault db-down`,
    )
    .action(demo);
}

async function demo(flags: DemoFlags): Promise<void> {
  if (flags.url === undefined) await demoHere(flags);
  else {
    const query = new ApiClient({ url: flags.url });
    const ingest = flags.ingestUrl === undefined ? query : new ApiClient({ url: flags.ingestUrl });
    await replay({ ingest, query }, flags);
  }
}

async function demoHere(flags: DemoFlags): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'culprit-demo-'));
  const { startEmbedded } = await import('../embedded.js');
  try {
    const embedded = await startEmbedded({
      directory,
      host: '127.0.0.1',
      port: flags.port,
      environment: process.env,
      logLevel: 'error',
    });
    process.stdout.write(`Culprit is ready at ${paint.bold(embedded.address)}\n`);
    const client = new ApiClient({ url: embedded.address });
    await replay({ ingest: client, query: client }, flags);
    if (flags.exit !== true) {
      process.stdout.write(nextSteps(embedded.address));
      await untilSignal();
    }
    await closeInTime(embedded);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function replay({ ingest, query }: Servers, flags: DemoFlags): Promise<void> {
  const learn = flags.fast === true ? fastLearnMinutes : learnMinutes;
  const endTime = Math.floor(Date.now() / minuteMillis) * minuteMillis;
  const scenario = createSockShopScenario({
    seed: flags.seed,
    learnMinutes: learn,
    fault: flags.fault,
    startTime: (endTime - learn * minuteMillis - aroundFaultMillis) as EpochMillis,
  });
  process.stdout.write(
    `Learning ${formatDuration(learn * 60)} of an online shop nobody told it about, then something breaks …\n`,
  );
  const startedAt = performance.now();
  const totals = await pushScenario(scenario, ingest);
  await drained(query);
  const seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(
    `${formatCount(totals.accepted)} lines in ${formatDuration(seconds)} (${formatCount(totals.accepted / seconds)} lines/s).\n\n`,
  );
  await showReports(query, scenario);
}

async function pushScenario(scenario: Scenario, client: ApiClient): Promise<PushTotals> {
  const totals: PushTotals = { accepted: 0, rejected: new Map() };
  const span = scenario.end - scenario.start;
  const progress = createProgress('learning', span, 'milliseconds');
  let sending: Promise<void> = Promise.resolve();
  const send = async (text: string, timeMillis: number): Promise<void> => {
    const block = encodeUtf8(text);
    addAnswer(totals, await pushBlock({ client, block, format: 'ndjson', path: '/ingest/v1/logs' }));
    progress.update(timeMillis - scenario.start, totals.accepted);
  };
  let pending = '';
  let lastTime: number = scenario.start;
  for (const line of scenario.lines()) {
    pending += `${line.json}\n`;
    lastTime = line.timeMillis;
    if (pending.length < blockBytes) continue;
    // One block under way while the next one is made; the order of blocks is the order of events.
    await sending;
    sending = send(pending, lastTime);
    pending = '';
  }
  await sending;
  if (pending.length > 0) await send(pending, lastTime);
  progress.stop();
  return totals;
}

/** Waits until everything that was accepted has been structured, scored and correlated. */
async function drained(client: ApiClient): Promise<void> {
  const deadline = performance.now() + drainTimeoutMs;
  for (;;) {
    const lag = lagOf(await client.request({ path: '/api/v1/overview' }));
    if (lag === 0) return;
    if (performance.now() > deadline) {
      throw new CliError(
        `still ${lag} records behind after two minutes; the machine may be too busy.`,
        exitCodes.failure,
      );
    }
    await sleep(200);
  }
}

/** Records that wait before all stages, from an answer of `GET /api/v1/overview`. */
function lagOf(overview: unknown): number {
  if (typeof overview !== 'object' || overview === null || !('lag' in overview)) return 0;
  const { lag } = overview;
  if (typeof lag !== 'object' || lag === null) return 0;
  return Object.values(lag).reduce((sum: number, value: unknown) => sum + Number(value), 0);
}

async function showReports(client: ApiClient, scenario: Scenario): Promise<void> {
  await sleep(1_000);
  const reports = incidentsOf(await client.request({ path: '/api/v1/incidents?pageSize=50' }));
  const during = reports.filter((report) => Date.parse(report.end) >= scenario.groundTruth.onset);
  const others = reports.filter((report) => !during.includes(report));
  const shown = await Promise.all(during.map((report) => fullReport(client, report)));
  for (const report of shown) process.stdout.write(`${formatReportText(report)}\n\n`);
  if (shown.length === 0)
    process.stdout.write(`No report about the time of the fault (${scenario.groundTruth.fault}).\n`);
  const earlier = others.length === 0 ? 'No' : String(others.length);
  process.stdout.write(
    paint.dim(`${earlier} other report${others.length === 1 ? '' : 's'} while it was learning.\n`),
  );
}

async function fullReport(client: ApiClient, report: ReportView): Promise<ReportView> {
  const [full] = incidentsOf({
    incidents: [await client.request({ path: `/api/v1/incidents/${report.id}` })],
  });
  return full ?? report;
}

function nextSteps(address: string): string {
  return `
${paint.bold('Try next')}  (Ctrl-C stops)
  open ${address}                                the reports as a page
  npx culprit reports --url ${address}           the same in the terminal
  npx culprit demo --fault db-down --fast        another fault
  npx culprit analyze your.log                   your own logs, no server needed
  npx culprit up                                 keep it running and send it logs
`;
}

function parseFault(text: string): FaultKind | 'none' {
  const fault = [...faultKinds, 'none' as const].find((kind) => kind === text);
  if (fault === undefined)
    throw new CliError(`--fault takes ${faultKinds.join(', ')} or none, not "${text}".`, exitCodes.usage);
  return fault;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0) return seed;
  throw new CliError(`--seed takes a whole number from 0, not "${text}".`, exitCodes.usage);
}
