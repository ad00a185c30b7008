import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../../..');
const cache = join(repository, '.cache/deploy');

/** What a program said and how it ended. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Outcome {
  const options = { encoding: 'utf8' as const, maxBuffer: 64 << 20, env: { ...process.env, ...environment } };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (error !== undefined) throw new Error(`"${command}" does not run here: ${error.message}`);
  return { status, stdout, stderr };
}

/** Go 1.24 or later builds helm and fetches schemas; nothing here works without it. */
function requireGo(): void {
  const go = spawnSync('go', ['version'], { encoding: 'utf8' });
  if (go.status !== 0)
    throw new Error('these tests need Go (https://go.dev/dl), which builds helm once and fetches schemas');
}

/** Path of a program of Go; builds it into `.cache/deploy` where it is not there yet, which takes minutes. */
function goProgram(name: string, module: string, version: string): string {
  const binary = join(cache, 'bin', `${name}-${version}`);
  if (existsSync(binary)) return binary;
  requireGo();
  const fresh = join(cache, 'fresh');
  mkdirSync(fresh, { recursive: true });
  mkdirSync(join(cache, 'bin'), { recursive: true });
  const built = run('go', ['install', '-trimpath', `${module}@${version}`], { GOBIN: fresh });
  if (built.status !== 0) throw new Error(`${name} could not be built:\n${built.stderr.slice(-2_000)}`);
  renameSync(join(fresh, name), binary);
  return binary;
}

/** Runs helm. */
export function helm(...args: readonly string[]): Outcome {
  return run(goProgram('helm', 'helm.sh/helm/v3/cmd/helm', 'v3.22.0'), args);
}

/** Runs actionlint, which knows the syntax, the expressions and the shells of GitHub's workflows. */
export function actionlint(...args: readonly string[]): Outcome {
  return run(goProgram('actionlint', 'github.com/rhysd/actionlint/cmd/actionlint', 'v1.7.12'), args);
}

const collectorVersion = 'v0.165.0';

/** What the configuration of the chart's agent uses, and nothing else; the stock image has more. */
const collectorParts = {
  receivers: ['github.com/open-telemetry/opentelemetry-collector-contrib/receiver/filelogreceiver'],
  exporters: ['go.opentelemetry.io/collector/exporter/otlphttpexporter'],
  extensions: [
    'github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage',
    'github.com/open-telemetry/opentelemetry-collector-contrib/extension/healthcheckextension',
  ],
};

/**
 * Path of an OpenTelemetry Collector, put together by its own builder from the modules that the stock image is made of;
 * takes minutes where it is not there yet.
 */
export function collectorProgram(): string {
  const binary = join(cache, 'bin', `otelcol-${collectorVersion}`);
  if (existsSync(binary)) return binary;
  const builder = goProgram('builder', 'go.opentelemetry.io/collector/cmd/builder', collectorVersion);
  const folder = join(cache, 'otelcol');
  mkdirSync(folder, { recursive: true });
  const parts = Object.entries(collectorParts).map(([kind, modules]) => [
    kind,
    modules.map((module) => ({ gomod: `${module} ${collectorVersion}` })),
  ]);
  const description = {
    dist: { name: 'otelcol', module: 'culprit.test/otelcol', output_path: folder },
    ...(Object.fromEntries(parts) as object),
  };
  const file = join(folder, 'builder.json');
  writeFileSync(file, JSON.stringify(description));
  const built = run(builder, ['--config', file]);
  if (built.status !== 0) throw new Error(`the collector could not be built:\n${built.stderr.slice(-2_000)}`);
  renameSync(join(folder, 'otelcol'), binary);
  return binary;
}

/** Folder with the files of a Go module, fetched once by Go itself. */
export function moduleFolder(module: string): string {
  requireGo();
  const { stdout, stderr } = run('go', ['mod', 'download', '-json', module]);
  const { Dir, Error: reason } = JSON.parse(stdout) as { readonly Dir?: string; readonly Error?: string };
  if (Dir === undefined) throw new Error(`${module} could not be fetched: ${reason ?? stderr}`);
  return Dir;
}
