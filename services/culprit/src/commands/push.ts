import { randomUUID } from 'node:crypto';
import { detectFormat, LineSplitter, type InputFormat } from '@culprit/records';
import type { Command } from 'commander';
import { CliError, exitCodes } from '../cli-error.js';
import type { ApiClient } from '../http/api-client.js';
import { addServerOptions, clientOf, type ServerFlags } from '../http/server-option.js';
import { findLogFiles, readBlocks, type LogFile } from '../input/log-files.js';
import { createProgress } from '../output/progress.js';
import { formatCount } from '../output/terminal.js';

interface PushFlags extends ServerFlags {
  readonly logType?: string;
  readonly service?: string;
  readonly host?: string;
  readonly environment?: string;
}

/** What the server said about all requests together. */
export interface PushTotals {
  accepted: number;
  rejected: Map<string, number>;
}

const contentTypes: Readonly<Record<InputFormat, string>> = {
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  text: 'text/plain',
  auto: 'application/octet-stream',
};

/** Adds `culprit push`: sends files or standard input to a running Culprit. */
export function addPushCommand(program: Command): void {
  const command = program
    .command('push')
    .description('send log lines to a running Culprit')
    .argument('<path...>', 'log files or directories, plain or gzip; "-" is standard input')
    .option('--log-type <name>', 'log type of all lines (default: from the lines or the file name)')
    .option('--service <name>', 'service the lines come from')
    .option('--host <name>', 'host the lines come from')
    .option('--environment <name>', 'environment the lines belong to');
  addServerOptions(command)
    .addHelpText(
      'after',
      `
Every block is acknowledged when it is on disk; a block that was refused for now is sent again.

Examples:
  culprit push app.log
  kubectl logs -f deploy/orders --timestamps | culprit push - --log-type orders`,
    )
    .action(async (paths: readonly string[], flags: PushFlags) => {
      const totals: PushTotals = { accepted: 0, rejected: new Map() };
      for (const file of findLogFiles(paths))
        await pushFile({ file, client: clientOf(flags), flags, totals });
      process.stderr.write(`${formatCount(totals.accepted)} lines accepted${rejectedText(totals)}\n`);
      if (totals.accepted === 0) throw new CliError('no line was accepted.', exitCodes.badInput);
    });
}

interface PushFileOptions {
  readonly file: LogFile;
  readonly client: ApiClient;
  readonly flags: Pick<PushFlags, 'logType' | 'service' | 'host' | 'environment'>;
  readonly totals: PushTotals;
}

async function pushFile({ file, client, flags, totals }: PushFileOptions): Promise<void> {
  const splitter = new LineSplitter();
  const progress = createProgress(`push ${file.name === '' ? 'standard input' : file.name}`, file.sizeBytes);
  let format: InputFormat | undefined;
  let bytesRead = 0;
  const send = async (block: Uint8Array): Promise<void> => {
    if (block.length === 0) return;
    format ??= detectFormat(block);
    addAnswer(totals, await pushBlock({ client, block, format, path: ingestPath(file, flags) }));
    progress.update(bytesRead, totals.accepted);
  };
  for await (const block of readBlocks(file, (bytes) => (bytesRead += bytes)))
    await send(splitter.push(block));
  await send(splitter.finish());
  progress.stop();
}

/** Sends one block of whole lines; a repeated block is recognised by its batch id. */
export function pushBlock(options: {
  readonly client: ApiClient;
  readonly block: Uint8Array;
  readonly format: InputFormat;
  readonly path: string;
}): Promise<unknown> {
  return options.client.request({
    method: 'POST',
    path: options.path,
    headers: { 'content-type': contentTypes[options.format], 'x-batch-id': randomUUID() },
    body: options.block,
  });
}

/** Adds the counts of one answer of the ingest endpoint. */
export function addAnswer(totals: PushTotals, answer: unknown): void {
  if (typeof answer !== 'object' || answer === null) return;
  if ('accepted' in answer) totals.accepted += Number(answer.accepted);
  if (!('rejected' in answer) || typeof answer.rejected !== 'object' || answer.rejected === null) return;
  for (const [reason, count] of Object.entries(answer.rejected)) {
    totals.rejected.set(reason, (totals.rejected.get(reason) ?? 0) + Number(count));
  }
}

function ingestPath(file: LogFile, flags: PushFileOptions['flags']): string {
  const query = new URLSearchParams();
  if (flags.logType !== undefined) query.set('log_type', flags.logType);
  if (flags.service !== undefined) query.set('service', flags.service);
  if (flags.host !== undefined) query.set('host', flags.host);
  if (flags.environment !== undefined) query.set('environment', flags.environment);
  if (file.name !== '') query.set('file', file.name);
  return `/ingest/v1/logs?${query.toString()}`;
}

function rejectedText(totals: PushTotals): string {
  const parts = [...totals.rejected].map(([reason, count]) => `${formatCount(count)} left out (${reason})`);
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}
