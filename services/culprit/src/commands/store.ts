import { resolve } from 'node:path';
import type { LogLevel } from '@culprit/platform';
import type { Command } from 'commander';
import { paint } from '../output/terminal.js';
import { closeInTime, parseLogLevel, parsePort, untilSignal } from './up.js';

interface StoreFlags {
  readonly data: string;
  readonly port: number;
  readonly logLevel: LogLevel;
}

const defaultStorePort = 8123;

/** Adds `culprit store`: an embedded engine that several processes of this machine share. */
export function addStoreCommand(program: Command): void {
  program
    .command('store')
    .description('run a store that several processes of this machine share')
    .option('--port <number>', 'port to listen on, of 127.0.0.1 only', parsePort, defaultStorePort)
    .option('--data <directory>', 'where it keeps everything', './culprit-data/store')
    .option('--log-level <level>', 'trace, debug, info, warn or error', parseLogLevel, 'warn')
    .addHelpText(
      'after',
      `
It answers the HTTP protocol of ClickHouse as far as Culprit and the official clients use it. Programs of this machine
may read and write everything in it; nobody else can reach it. Where there is a ClickHouse server, use that instead.

Exit codes: 0 stopped by a signal, 1 could not start or stop.`,
    )
    .action(store);
}

async function store(flags: StoreFlags): Promise<void> {
  const signal = untilSignal();
  // Loaded here, because the other commands should not wait for the server's modules.
  const [{ createLogger }, { serveStore }] = await Promise.all([
    import('@culprit/platform'),
    import('@culprit/store'),
  ]);
  const directory = resolve(flags.data);
  const logger = createLogger({ level: flags.logLevel });
  const front = await serveStore({ directory, port: flags.port, logger });
  process.stdout.write(
    `The store is ready at ${paint.bold(front.url)}  (data in ${directory}; Ctrl-C stops)\n`,
  );
  await signal;
  await closeInTime(front);
}
