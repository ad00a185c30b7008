/** The page of all settings, made from the schemas that read them and the comments above their keys. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { variableName } from '../../libs/platform/dist/config.js';
import {
  kafkaConfigSchema,
  serviceConfigSchema,
  storeConfigSchema,
} from '../../libs/platform/dist/service/service-config.js';
import { tlsConfigSchema } from '../../libs/platform/dist/tls/tls-source.js';
import { pipelineConfigSchema as correlation } from '../../services/correlation/dist/config.js';
import { pipelineConfigSchema as oneProcess } from '../../services/culprit/dist/config.js';
import { ingestConfigSchema } from '../../services/ingest/dist/config.js';
import { queryConfigSchema } from '../../services/query/dist/config.js';
import { pipelineConfigSchema as scoring } from '../../services/scoring/dist/config.js';
import { pipelineConfigSchema as structuring } from '../../services/structuring/dist/config.js';

const repository = join(import.meta.dirname, '..', '..');
/** Where shapes are declared that several schemas spread. */
const sharedFiles = [
  'libs/platform/src/access/access-config.ts',
  'libs/platform/src/service/service-config.ts',
];

/** Settings of one section in one program. */
export interface SettingsSource {
  readonly section: string;
  readonly schema: z.ZodType;
  /** Source whose comments say what the keys mean. */
  readonly file: string;
  /** Programs that read it. */
  readonly readers: string;
}

const sources: readonly SettingsSource[] = [
  {
    section: 'ingest',
    schema: ingestConfigSchema,
    file: 'services/ingest/src/config.ts',
    readers: 'culprit, ingest',
  },
  {
    section: 'query',
    schema: queryConfigSchema,
    file: 'services/query/src/config.ts',
    readers: 'culprit, query',
  },
  {
    section: 'tls',
    schema: tlsConfigSchema,
    file: 'libs/platform/src/tls/tls-source.ts',
    readers: 'culprit, every service',
  },
  { section: 'pipeline', schema: oneProcess, file: 'services/culprit/src/config.ts', readers: 'culprit' },
  {
    section: 'pipeline',
    schema: structuring,
    file: 'services/structuring/src/config.ts',
    readers: 'structuring',
  },
  { section: 'pipeline', schema: scoring, file: 'services/scoring/src/config.ts', readers: 'scoring' },
  {
    section: 'pipeline',
    schema: correlation,
    file: 'services/correlation/src/config.ts',
    readers: 'correlation',
  },
  ...Object.entries({ service: serviceConfigSchema, kafka: kafkaConfigSchema, store: storeConfigSchema }).map(
    ([section, schema]) => ({
      section,
      schema,
      file: 'libs/platform/src/service/service-config.ts',
      readers: 'every service',
    }),
  ),
];

interface Row {
  readonly variable: string;
  readonly fallback: string;
  readonly allowed: string;
  readonly meaning: string;
  readonly readers: string[];
}

/** What JSON Schema says of a value as it is written in the environment. */
interface KeySchema {
  readonly isRequired: boolean;
  readonly default?: string | number | boolean;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/** The whole page in the form that Prettier gives it. */
export async function configurationPage(): Promise<string> {
  const rows = rowsOf(sources);
  const sections = [...Map.groupBy(rows, ({ variable }) => variable.split('_')[1] ?? '')];
  const tables = sections.map(
    ([section, ofSection]) => `## ${section.toLowerCase()}\n\n${tableOf(ofSection)}`,
  );
  const text = `${introduction}\n\n${tables.join('\n\n')}\n\n${telemetry}`;
  const file = join(repository, 'docs', 'CONFIGURATION.md');
  return await format(text, { ...(await resolveConfig(file)), filepath: file });
}

/** One row a variable. @throws Error where a key has no comment, or two programs read a variable differently */
export function rowsOf(from: readonly SettingsSource[]): Row[] {
  const rowByVariable = new Map<string, Row>();
  for (const { section, schema, file, readers } of from) {
    for (const [key, ofKey] of keysOf(schema)) {
      const variable = variableName(section, key);
      const row = { variable, ...valuesOf(ofKey), meaning: meaningOf(key, [file, ...sharedFiles]) };
      const known = rowByVariable.get(variable);
      if (known === undefined) rowByVariable.set(variable, { ...row, readers: [readers] });
      else if (known.fallback === row.fallback && known.allowed === row.allowed) known.readers.push(readers);
      else
        throw new Error(`${variable} means one thing to ${known.readers.join()} and another to ${readers}`);
    }
  }
  return [...rowByVariable.values()];
}

function keysOf(schema: z.ZodType): [string, KeySchema][] {
  const { properties, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties ?? {}).map(([key, value]) => [
    key,
    { ...(value as Omit<KeySchema, 'isRequired'>), isRequired: required.includes(key) },
  ]);
}

function valuesOf(key: KeySchema): Pick<Row, 'allowed' | 'fallback'> {
  const isEmpty = key.default === '' || key.default === undefined;
  const fallback = isEmpty ? 'none' : `\`${String(key.default)}\``;
  return { fallback: key.isRequired ? 'must be set' : fallback, allowed: allowedOf(key) };
}

function allowedOf({ type, enum: words, minimum, maximum, exclusiveMinimum }: KeySchema): string {
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(', ');
  if (type !== 'integer' && type !== 'number') return 'text';
  const from = exclusiveMinimum === undefined ? String(minimum) : `above ${exclusiveMinimum}`;
  return `${from} to ${maximum}${type === 'integer' ? '' : ', also fractions'}`;
}

/** The comment above a key, in the first of the files that declares it. */
function meaningOf(key: string, files: readonly string[]): string {
  for (const file of files) {
    const source = readFileSync(join(repository, file), 'utf8');
    const comment = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*${key}:`).exec(source)?.[1];
    if (comment !== undefined) return comment.replaceAll(/\s*\n\s*\*\s*/g, ' ').trim();
  }
  throw new Error(`no file says what ${key} is`);
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ variable, fallback, allowed, meaning, readers }) =>
    [`\`${variable}\``, fallback, allowed, meaning.replaceAll('|', '\\|'), readers.join(', ')].join(' | '),
  );
  return ['variable | default | allowed | meaning | read by', '--- | --- | --- | --- | ---', ...lines]
    .map((line) => `| ${line} |`)
    .join('\n');
}

const introduction = `# Settings

Everything is set by environment variables; flags of the command line are in [CLI.md](CLI.md). A program that meets a
value it cannot use, or a variable of this kind that it does not know, ends with 78 and names each of them. \`culprit\` is
the one-process mode; the services are those of a cluster.

This page is written by \`npm run gen:config\` from the schemas that read the variables.`;

const telemetry = `## OpenTelemetry

Traces and metrics are sent over OTLP (HTTP, JSON) by every program that is told where to; \`/metrics\` and the log are
there without. The variables are those of OpenTelemetry's specification: \`OTEL_EXPORTER_OTLP_ENDPOINT\` (or one for
\`TRACES\` or \`METRICS\`) with \`_HEADERS\`, \`_TIMEOUT\`, \`_COMPRESSION\` and the files of a certificate,
\`OTEL_SERVICE_NAME\`, \`OTEL_RESOURCE_ATTRIBUTES\`, \`OTEL_TRACES_SAMPLER\` with its \`_ARG\`, \`OTEL_BSP_SCHEDULE_DELAY\`,
\`OTEL_METRIC_EXPORT_INTERVAL\`, \`OTEL_TRACES_EXPORTER=none\`, \`OTEL_METRICS_EXPORTER=none\`, \`OTEL_SDK_DISABLED\`.`;
