import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, parse, parseDocument, stringify, type Pair, type YAMLMap } from 'yaml';
import { allTopics, type TopicDefinition } from '../../libs/contracts/src/topics.ts';

/** Folders of charts below this one. */
export const charts = ['culprit', 'culprit-collector'] as const;

/** One value of a chart as its README tells it. */
interface ChartValue {
  readonly path: string;
  readonly fallback: string;
  readonly description: string;
}

/** What of the values is narrower than the type of its default, by path; `*` stands for one name. */
const narrowings: Readonly<Record<string, object>> = {
  mode: { enum: ['single', 'distributed'] },
  'image.pullPolicy': { enum: ['Always', 'IfNotPresent', 'Never'] },
  'services.*.autoscaling.by': { enum: ['none', 'cpu', 'lag'] },
  'services.*.replicas': { type: 'integer', minimum: 1 },
  'single.heapPercent': { type: 'integer', minimum: 10, maximum: 90 },
  'pod.heapPercent': { type: 'integer', minimum: 10, maximum: 90 },
  'pod.drainSeconds': { type: 'integer', minimum: 1, maximum: 600 },
  'doors.grpc': { type: ['integer', 'null'], minimum: 1, maximum: 65_535 },
  'doors.otlp': { type: ['integer', 'null'], minimum: 1, maximum: 65_535 },
  'doors.forward': { type: ['integer', 'null'], minimum: 1, maximum: 65_535 },
  'doors.syslog': { type: ['integer', 'null'], minimum: 1, maximum: 65_535 },
  'kafka.compression': { enum: ['none', 'gzip', 'snappy', 'zstd'] },
  'kafka.sasl.mechanism': { enum: ['none', 'plain', 'scram-sha-256', 'scram-sha-512', 'aws-msk-iam'] },
  'kafka.partitions': { type: 'integer', minimum: 1, maximum: 256 },
  'kafka.replicationFactor': { type: 'integer', minimum: 0, maximum: 9 },
  'clickhouse.url': { type: 'string', pattern: '^(https?://.+)?$' },
  'culprit.url': { type: 'string', pattern: '^(https?://[^/]+/?)?$' },
  'audit.enabled': { type: 'boolean' },
  'nodes.agent': { enum: ['fluentbit', 'opentelemetry'] },
  'events.replicas': { const: 1 },
};

/** JSON schema of a value: what its default is, and closed where the default has members. */
function schemaOf(value: unknown, path: string): object {
  const generic = path.replace(/^services\.\w+/, 'services.*');
  const narrowing = narrowings[generic];
  if (narrowing !== undefined) return narrowing;
  if (Array.isArray(value)) return { type: 'array' };
  if (typeof value === 'number') return { type: 'integer', minimum: 0 };
  if (typeof value !== 'object' || value === null) return { type: typeof value };
  const members = Object.entries(value);
  // Where nothing is given there is no list of names: labels, selectors, settings by variable. Nor is there one for
  // what Kubernetes itself checks.
  if (members.length === 0 || /(?:^|\.)(?:resources|labels)$/.test(path)) return { type: 'object' };
  const properties = Object.fromEntries(
    members.map(([name, member]) => [name, schemaOf(member, path === '' ? name : `${path}.${name}`)]),
  );
  return { type: 'object', properties, additionalProperties: false };
}

/** The text of `values.schema.json`: unknown and mistyped values stop an installation. */
export function valuesSchema(valuesText: string): string {
  const schema = schemaOf(parse(valuesText), '') as { properties: Record<string, object> };
  // Helm adds values of its own for charts that stand above this one.
  schema.properties['global'] = { type: 'object' };
  const head = { $schema: 'https://json-schema.org/draft-07/schema#', title: 'Values' };
  return `${JSON.stringify({ ...head, ...schema }, undefined, 2)}\n`;
}

/** The text of a chart's README: its head, then all values with defaults and descriptions. */
export function chartReadme(chartText: string, headText: string, valuesText: string): string {
  const { name, version } = parse(chartText) as { readonly name: string; readonly version: string };
  const { contents } = parseDocument(valuesText);
  if (!isMap(contents)) throw new Error('values.yaml holds no map');
  const rows = valuesOf(contents as YAMLMap, '').map(
    ({ path, fallback, description }) => `| \`${path}\` | \`${fallback}\` | ${description} |`,
  );
  const table = ['| value | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
  return `# ${name} ${version}\n\n${headText.trim()}\n\n## Values\n\n${table}\n`;
}

function valuesOf(map: YAMLMap, above: string): readonly ChartValue[] {
  return map.items.flatMap((pair: Pair, index) => {
    const key = isScalar(pair.key) ? pair.key : undefined;
    const path = above === '' ? String(key?.value) : `${above}.${String(key?.value)}`;
    // The comment of a first member hangs at the map.
    const comment = key?.commentBefore ?? (index === 0 ? map.commentBefore : undefined);
    const description = describe(comment ?? '');
    const { value } = pair;
    if (isMap(value) && value.flow !== true && value.items.length > 0)
      return [...(description === '' ? [] : [{ path, fallback: '', description }]), ...valuesOf(value, path)];
    const plain = isMap(value) || !isScalar(value) ? (value as { toJSON(): unknown }).toJSON() : value.value;
    return [{ path, fallback: JSON.stringify(plain), description }];
  });
}

/** What a comment says after its last paragraph's `--`. */
function describe(comment: string): string {
  const text = comment.split(/\n\s*\n/).at(-1) ?? '';
  const start = text.indexOf('-- ');
  if (start < 0) return '';
  const joined = text.slice(start + 3).replaceAll(/\s*\n\s*/g, ' ');
  return joined.trim().replaceAll('|', '\\|');
}

/** The topics of the system with the settings the services would give them, for an operator that makes them. */
export function topicsFile(topics: readonly TopicDefinition[]): string {
  const rows = topics.map(({ name, partitions, maxRecordBytes, retentionHours, isCompacted }) => ({
    name,
    partitions,
    config: {
      'max.message.bytes': String(maxRecordBytes + 65_536),
      'cleanup.policy': isCompacted ? 'compact,delete' : 'delete',
      'retention.ms': String(retentionHours * 3_600_000),
    },
  }));
  return `# Generated from the table of topics by "npm run gen:charts"; not to be edited.\n${stringify({ topics: rows })}`;
}

/** Every generated file of the charts with its text, by path relative to this folder. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const files = new Map([['culprit/files/topics.yaml', topicsFile(allTopics)]]);
  for (const chart of charts) {
    const values = read(chart, 'values.yaml');
    files.set(`${chart}/values.schema.json`, valuesSchema(values));
    const readme = chartReadme(read(chart, 'Chart.yaml'), read(chart, 'README.head.md'), values);
    files.set(`${chart}/README.md`, readme);
  }
  return files;
}

function read(chart: string, file: string): string {
  return readFileSync(join(import.meta.dirname, chart, file), 'utf8');
}

if (import.meta.main)
  for (const [file, text] of generatedFiles()) writeFileSync(join(import.meta.dirname, file), text);
