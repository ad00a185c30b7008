/** The compose files against what they name: the Dockerfile, the settings of the services, the versions of the chart. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, storeConfigSchema, type ConfigSchemas } from '@culprit/platform';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kafkaConfigSchema, serviceConfigSchema } from '../../libs/platform/src/service/service-config.ts';
import { pipelineConfigSchema as correlationSchema } from '../../services/correlation/src/config.ts';
import { loadEmbeddedConfig } from '../../services/culprit/src/config.ts';
import { ingestConfigSchema } from '../../services/ingest/src/config.ts';
import { queryConfigSchema } from '../../services/query/src/config.ts';
import { pipelineConfigSchema as scoringSchema } from '../../services/scoring/src/config.ts';
import { pipelineConfigSchema as structuringSchema } from '../../services/structuring/src/config.ts';
import { buildArguments, expand, lineage, parseDockerfile } from './support/dockerfile.js';

const folder = join(import.meta.dirname, '../../deploy/compose');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const stages = read('compose.yaml');
const single = read('compose.single.yaml');
const secrets = new Map(
  read('env.example')
    .split('\n')
    .filter((line) => /^\w+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);

const common = { service: serviceConfigSchema, kafka: kafkaConfigSchema, store: storeConfigSchema };
const schemas: Readonly<Record<string, ConfigSchemas>> = {
  ingest: { ...common, ingest: ingestConfigSchema },
  structuring: { ...common, pipeline: structuringSchema },
  scoring: { ...common, pipeline: scoringSchema },
  correlation: { ...common, pipeline: correlationSchema },
  query: { ...common, query: queryConfigSchema },
};

interface Build {
  readonly context: string;
  readonly dockerfile: string;
  readonly target: string;
  readonly args: Readonly<Record<string, string>>;
}

interface Service {
  readonly image?: string;
  readonly build?: Build;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, object>>;
}

function complaintsAbout(text: string): readonly string[] {
  const file = parse(text, { merge: true }) as ComposeFile;
  return Object.entries(file.services).flatMap(([name, service]) =>
    [
      ...imageComplaints(service),
      ...settingComplaints(service),
      ...networkComplaints(service),
      ...neighbourComplaints(service, file),
    ].map((complaint) => `${name}: ${complaint}`),
  );
}

function imageComplaints({ image = '', build }: Service): readonly string[] {
  const complaints = /^[\w./-]+:[\w.-]+$/.test(image) ? [] : [`has no fixed image: "${image}"`];
  if (image.endsWith(':latest')) complaints.push('runs whatever is latest');
  if (build === undefined) return complaints;
  const path = join(folder, build.context, build.dockerfile);
  if (!existsSync(path)) return [...complaints, `there is no ${build.dockerfile} in ${build.context}`];
  const dockerfile = parseDockerfile(readFileSync(path, 'utf8'));
  if (lineage(dockerfile, build.target).length === 0) complaints.push(`has no target ${build.target}`);
  for (const argument of Object.keys(build.args))
    if (!buildArguments(dockerfile).has(argument)) complaints.push(`takes no argument ${argument}`);
  const service = build.args['SERVICE'] ?? '';
  if (!existsSync(join(folder, build.context, 'services', service, 'package.json')))
    complaints.push(`${service} is no service`);
  return complaints;
}

/** Reads the settings of a container as its process would, with the secrets of the example. */
function settingComplaints({ build, environment = {} }: Service): readonly string[] {
  const missing = Object.values(environment)
    .flatMap((value) => [...value.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name))
    .filter((name) => !secrets.has(name))
    .map((name) => `env.example has no ${name}`);
  if (build === undefined || missing.length > 0) return missing;
  const settings = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      expand(value.replaceAll(/:\?[^}]*/g, ''), secrets),
    ]),
  );
  const known = schemas[build.args['SERVICE'] ?? ''];
  try {
    if (known === undefined) loadEmbeddedConfig(settings);
    else loadConfig(known, settings);
    return [];
  } catch (error) {
    return [String(error)];
  }
}

function networkComplaints({ ports = [], healthcheck }: Service): readonly string[] {
  const open = ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port));
  return [
    ...open.map((port) => `publishes ${port} beyond this machine`),
    ...((healthcheck?.test.length ?? 0) > 1 ? [] : ['has no healthcheck']),
  ];
}

function neighbourComplaints(
  { depends_on = {}, volumes = [] }: Service,
  file: ComposeFile,
): readonly string[] {
  const waits = Object.entries(depends_on).flatMap(([name, { condition }]) => [
    ...(file.services[name] === undefined ? [`waits for ${name}, which is not there`] : []),
    ...(condition === 'service_healthy' ? [] : [`waits until ${name} is ${condition}`]),
  ]);
  const lost = volumes.map((one) => one.split(':')[0] ?? '').filter((name) => !(name in file.volumes));
  return [...waits, ...lost.map((name) => `there is no volume ${name}`)];
}

describe('the compose files', () => {
  it.each([
    ['compose.yaml', stages],
    ['compose.single.yaml', single],
  ])('%s fits the Dockerfile and the settings', (_, text) => {
    expect(complaintsAbout(text)).toEqual([]);
  });

  it('start every stage over Kafka and ClickHouse, and the one process alone', () => {
    const names = [stages, single].map((text) =>
      Object.keys((parse(text, { merge: true }) as ComposeFile).services).toSorted(),
    );
    expect(names).toEqual([[...Object.keys(schemas), 'clickhouse', 'kafka'].toSorted(), ['culprit']]);
  });

  it('run the versions of Kafka and ClickHouse that the chart does', () => {
    const values = parse(readFileSync(join(folder, '../helm/culprit/values.yaml'), 'utf8')) as {
      readonly kafka: { readonly strimzi: { readonly version: string } };
      readonly clickhouse: { readonly operator: { readonly image: string } };
    };
    const { services } = parse(stages, { merge: true }) as ComposeFile;
    expect(services['kafka']?.image).toBe(`apache/kafka:${values.kafka.strimzi.version}`);
    expect(services['clickhouse']?.image).toBe(values.clickhouse.operator.image);
  });

  it('check the health of the port that they publish', () => {
    const { services } = parse(single) as ComposeFile;
    expect(services['culprit']?.healthcheck?.test.at(-1)).toBe('4680');
    expect(services['culprit']?.ports).toContain('127.0.0.1:4680:4680');
  });

  it.each<readonly [string, string, string, RegExp]>([
    ['a setting nobody knows', 'CULPRIT_KAFKA_BROKERS', 'CULPRIT_KAFKA_BROKER', /CULPRIT_KAFKA_BROKER/],
    ['a value that is refused', "PARTITIONS: '2'", "PARTITIONS: '0'", /CULPRIT_KAFKA_PARTITIONS/],
    ['the latest image', 'apache/kafka:4.1.0', 'apache/kafka:latest', /runs whatever is latest/],
    ['an image without a version', 'apache/kafka:4.1.0', 'apache/kafka', /has no fixed image/],
    ['another Dockerfile', 'deploy/docker/Dockerfile', 'Dockerfile', /there is no Dockerfile/],
    ['another context', 'context: ../..', 'context: ..', /there is no deploy\/docker\/Dockerfile/],
    ['a wrong target', 'target: service', 'target: stage', /has no target stage/],
    ['a wrong argument', '{ SERVICE: query }', '{ SERVIC: query }', /takes no argument SERVIC/],
    ['a service that is not there', 'SERVICE: query', 'SERVICE: querry', /querry is no service/],
    ['a port for everybody', '127.0.0.1:4680:8080', '4680:8080', /publishes 4680:8080/],
    ['no healthcheck', 'healthcheck:', 'x-healthcheck:', /query: has no healthcheck/],
    ['a neighbour that is not there', 'kafka: { condition', 'kafkaa: { condition', /waits for kafkaa/],
    ['too short a wait', 'service_healthy', 'service_started', /kafka is service_started/],
    ['a secret without an example', '{CULPRIT_QUERY_TOKENS', '{CULPRIT_TOKENS', /env.example has no/],
    ['a lost volume', 'kafka:/var/lib', 'kafak:/var/lib', /there is no volume kafak/],
  ])('would not pass with %s', (_, what, instead, complaint) => {
    expect(stages).toContain(what);
    expect(complaintsAbout(stages.replaceAll(what, instead)).join('\n')).toMatch(complaint);
  });
});
