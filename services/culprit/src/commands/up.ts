import { resolve } from 'node:path';
import { toDisplayText } from '@culprit/kernel';
import type { RootCauseReport } from '@culprit/correlation';
import type { LogLevel } from '@culprit/platform';
import type { Command } from 'commander';
import { CliError, exitCodes } from '../cli-error.js';
import type { Embedded } from '../embedded.js';
import { defaultPort } from '../http/server-option.js';
import { paint } from '../output/terminal.js';

interface UpFlags {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
}

const lingerMs = 500;
const drainTimeoutMs = 25_000;
const logLevels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error'];

/** Adds `culprit up`: everything in one process. */
export function addUpCommand(program: Command): void {
  program
    .command('up')
    .description('start Culprit: everything in one process, data in one directory')
    .option('--port <number>', 'port to listen on', parsePort, defaultPort)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--data <directory>', 'where everything is kept', './culprit-data')
    .option('--log-level <level>', logLevels.join(', '), parseLogLevel, 'warn')
    .addHelpText(
      'after',
      `
Then send it logs, for example:
  culprit push app.log
  curl --data-binary @app.ndjson -H 'content-type: application/x-ndjson' http://127.0.0.1:${defaultPort}/ingest/v1/logs

Settings come from CULPRIT_INGEST_*, CULPRIT_QUERY_* and CULPRIT_PIPELINE_* variables; a wrong one is named at start.
Exit codes: 0 stopped by a signal, 1 could not start or stop, 78 wrong configuration.`,
    )
    .action(up);
}

async function up(flags: UpFlags): Promise<void> {
  const directory = resolve(flags.data);
  // From here on a signal means an orderly end, even one that comes while starting.
  const signal = untilSignal();
  // Loaded here, because the other commands should not wait for the server's modules.
  const { startEmbedded } = await import('../embedded.js');
  const embedded = await startEmbedded({
    directory,
    host: flags.host,
    port: flags.port,
    environment: process.env,
    logLevel: flags.logLevel,
    onReport: announce,
  });
  process.stdout.write(
    `Culprit is ready at ${paint.bold(embedded.address)}  (data in ${directory}; Ctrl-C stops)\n` +
      `Send logs:  culprit push FILE --url ${embedded.address}\n` +
      describePorts(embedded.ports),
  );
  await signal;
  await closeInTime(embedded);
}

/** One line for the ports that are open, one for those that are not. */
function describePorts(ports: Embedded['ports']): string {
  const open = ports.filter(({ address }) => address !== undefined);
  const closed = ports.filter(({ reason }) => reason !== undefined);
  const openLine = open.map(({ name, address }) => `${name} ${address}`).join(', ');
  const closedLine = closed.map(({ name, reason }) => `${name} (${reason})`).join(', ');
  return (
    (openLine === '' ? '' : `Also open:  ${openLine}\n`) +
    (closedLine === '' ? '' : `Not open:   ${closedLine}\n`)
  );
}

/** Prints the first revision of each report, so that a terminal left open is useful. */
function announce(report: RootCauseReport): void {
  if (report.revision > 1) return;
  process.stdout.write(
    `${paint.bold('report')} ${report.incidentId}  ${report.significance}  ${toDisplayText(report.title)}\n`,
  );
}

/** Resolves at the first SIGINT, SIGTERM or SIGHUP. */
export function untilSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done());
  });
}

/** Closes within the drain time; fails otherwise, because what was not checkpointed comes again at the next start. */
export async function closeInTime(embedded: Pick<Embedded, 'close'>): Promise<void> {
  process.stderr.write('stopping …\n');
  const timer = setTimeout(() => {
    process.stderr.write(`culprit: stopping took longer than ${drainTimeoutMs / 1000} s; gave up.\n`);
    process.exit(exitCodes.failure);
  }, drainTimeoutMs);
  await embedded.close();
  clearTimeout(timer);
  // Everything is closed; a library that still waits, such as for a collector that is gone, must not hold the process.
  setTimeout(() => process.exit(), lingerMs).unref();
}

/** The value of `--port`. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new CliError(`--port takes a number from 0 to 65535, not "${text}".`, exitCodes.usage);
}

/** The value of `--log-level`. */
export function parseLogLevel(text: string): LogLevel {
  const level = logLevels.find((candidate) => candidate === text);
  if (level === undefined)
    throw new CliError(`--log-level takes ${logLevels.join(', ')}, not "${text}".`, exitCodes.usage);
  return level;
}
