import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../cli-error.js';
import { ApiClient } from '../http/api-client.js';
import { defaultPort } from '../http/server-option.js';
import { formatBytes, paint } from '../output/terminal.js';

interface DoctorFlags {
  readonly data: string;
  readonly port: number;
  readonly output: 'text' | 'json';
}

/** What one check found. */
interface Finding {
  readonly check: string;
  readonly isGood: boolean;
  readonly detail: string;
}

const minFreeBytes = 2e9;
const minMemoryBytes = 1e9;

/** Adds `culprit doctor`: looks for what would keep Culprit from working here. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check this machine, the data directory and a running Culprit')
    .option('--data <directory>', 'data directory to check', './culprit-data')
    .option('--port <number>', 'port to check', Number, defaultPort)
    .option('-o, --output <format>', 'text or json', 'text')
    .addHelpText('after', '\nExit codes: 0 all is well, 1 something needs attention.')
    .action(async (flags: DoctorFlags) => {
      const findings = [
        checkNode(),
        checkMemory(),
        checkDirectory(resolve(flags.data)),
        checkSpace(resolve(flags.data)),
        await checkEngine(),
        await checkPort(flags.port),
      ];
      print(findings, flags.output);
      if (findings.some((finding) => !finding.isGood)) process.exitCode = exitCodes.failure;
    });
}

function print(findings: readonly Finding[], output: DoctorFlags['output']): void {
  if (output === 'json') {
    process.stdout.write(`${JSON.stringify({ findings }, undefined, 2)}\n`);
    return;
  }
  for (const { check, isGood, detail } of findings) {
    process.stdout.write(`${isGood ? paint.green('✔') : paint.red('✘')} ${check.padEnd(16)} ${detail}\n`);
  }
}

function checkNode(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  return {
    check: 'Node',
    isGood: major >= 24,
    detail: `${process.version}${major >= 24 ? '' : '; 24 or later is needed'}`,
  };
}

function checkMemory(): Finding {
  const bytes = process.constrainedMemory() || process.availableMemory();
  const available = Math.min(bytes, process.availableMemory());
  const isGood = available >= minMemoryBytes;
  return {
    check: 'memory',
    isGood,
    detail: `${formatBytes(available)} available${isGood ? '' : '; 1 GB or more is needed'}`,
  };
}

function checkDirectory(directory: string): Finding {
  const existing = nearestExisting(directory);
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
    return {
      check: 'data directory',
      isGood: true,
      detail: existing === directory ? directory : `${directory} (will be created)`,
    };
  } catch {
    return {
      check: 'data directory',
      isGood: false,
      detail: `${existing} is not writable; choose another with --data`,
    };
  }
}

function checkSpace(directory: string): Finding {
  const { bavail, bsize } = statfsSync(nearestExisting(directory));
  const free = bavail * bsize;
  const isGood = free >= minFreeBytes;
  return {
    check: 'disk space',
    isGood,
    detail: `${formatBytes(free)} free${isGood ? '' : '; 2 GB or more is advised'}`,
  };
}

async function checkEngine(): Promise<Finding> {
  try {
    const { probeEngine } = await import('@culprit/store');
    return { check: 'storage engine', isGood: true, detail: `ClickHouse ${await probeEngine()}, embedded` };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return {
      check: 'storage engine',
      isGood: false,
      detail: `cannot load chDB (${reason}); run "npm ci" on Linux x64/arm64 or macOS`,
    };
  }
}

async function checkPort(port: number): Promise<Finding> {
  if (await canListen(port))
    return { check: `port ${port}`, isGood: true, detail: 'free; start with "culprit up"' };
  try {
    await new ApiClient({ url: `http://127.0.0.1:${port}` }).request({ path: '/api/v1/overview' });
    return { check: `port ${port}`, isGood: true, detail: 'a Culprit answers there' };
  } catch {
    return {
      check: `port ${port}`,
      isGood: false,
      detail: 'another program uses it; choose one with --port',
    };
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
