/**
 * The charts as helm renders them, for every file of values in their `ci` folder: by the schemas of Kubernetes and of the
 * operators, by the rules of a restricted cluster, and against the code they deploy.
 */
import { readdirSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, storeConfigSchema, type ConfigSchemas } from '@culprit/platform';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { allTopics } from '../../../libs/contracts/src/topics.ts';
import { kafkaConfigSchema, serviceConfigSchema } from '../../../libs/platform/src/service/service-config.ts';
import { pipelineConfigSchema as correlationSchema } from '../../../services/correlation/src/config.ts';
import { loadEmbeddedConfig } from '../../../services/culprit/src/config.ts';
import { ingestConfigSchema } from '../../../services/ingest/src/config.ts';
import { queryConfigSchema } from '../../../services/query/src/config.ts';
import { pipelineConfigSchema as scoringSchema } from '../../../services/scoring/src/config.ts';
import { pipelineConfigSchema as structuringSchema } from '../../../services/structuring/src/config.ts';
import { manifestComplaints, podsOf, type Pod } from '../support/manifest-rules.js';
import { ManifestSchemas, type Manifest } from '../support/manifest-schemas.js';
import { helm } from '../support/tools.js';

const charts = join(import.meta.dirname, '../../../deploy/helm');
const scratch = mkdtempSync(join(tmpdir(), 'culprit-charts-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const schemas = new ManifestSchemas();

interface Case {
  readonly chart: string;
  readonly values: string;
}

const cases: readonly Case[] = [
  { chart: 'culprit', values: join(charts, '../eks/eks-values.yaml') },
  ...['culprit', 'culprit-collector'].flatMap((chart) =>
    readdirSync(join(charts, chart, 'ci')).map((file) => ({
      chart,
      values: join(charts, chart, 'ci', file),
    })),
  ),
];

function render({ chart, values }: Case, ...more: readonly string[]): readonly Manifest[] {
  const args = ['--namespace', 'logs', '--kube-version', '1.34.0', '--values', values, ...more];
  const { status, stdout, stderr } = helm('template', 'shop', join(charts, chart), ...args);
  if (status !== 0) throw new Error(stderr);
  const documents = parseAllDocuments(stdout);
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  return documents.map((document) => document.toJS() as Manifest | null).filter((one) => one !== null);
}

const common = { service: serviceConfigSchema, kafka: kafkaConfigSchema, store: storeConfigSchema };
const schemasOf: Readonly<Record<string, ConfigSchemas>> = {
  ingest: { ...common, ingest: ingestConfigSchema },
  structuring: { ...common, pipeline: structuringSchema },
  scoring: { ...common, pipeline: scoringSchema },
  correlation: { ...common, pipeline: correlationSchema },
  query: { ...common, query: queryConfigSchema },
  migration: { store: storeConfigSchema },
};

/** Reads the settings of a pod as its process would; values from secrets are any that fit. */
function readSettings({ labels, spec }: Pod): void {
  const component = labels['app.kubernetes.io/component'] ?? '';
  const environment = Object.fromEntries(
    spec.containers
      .flatMap(({ env = [] }) => env)
      .map(({ name, value }) => [
        name,
        value ?? (name.endsWith('TOKENS') ? 'shop:0123456789abcdef' : 'secret'),
      ]),
  );
  if (component === 'single') loadEmbeddedConfig(environment);
  const known = schemasOf[component];
  if (known !== undefined) loadConfig(known, environment);
}

describe('the charts', () => {
  it('are rendered with a dozen sets of values and more', () => {
    expect(cases.length).toBeGreaterThanOrEqual(12);
  });

  it.each(cases)('$chart with $values is right by its schemas, rules and code', (one) => {
    const linted = helm(
      'lint',
      join(charts, one.chart),
      '--kube-version',
      '1.34.0',
      '--values',
      one.values,
      '--strict',
    );
    expect([linted.stdout, linted.status]).toEqual([expect.stringContaining('0 chart(s) failed'), 0]);
    const manifests = render(one);
    expect(manifests.length).toBeGreaterThan(3);
    expect(manifests.flatMap((manifest) => schemas.complaints(manifest))).toEqual([]);
    expect(manifestComplaints(manifests)).toEqual([]);
    for (const pod of podsOf(manifests)) readSettings(pod);
  });

  it('name the topics and groups of the code', () => {
    const operators = render({
      chart: 'culprit',
      values: join(charts, 'culprit/ci/distributed-operators.yaml'),
    });
    const topics = operators
      .filter(({ kind }) => kind === 'KafkaTopic')
      .map(({ spec }) => (spec as { readonly topicName: string }).topicName);
    expect(topics.toSorted()).toEqual(allTopics.map(({ name }) => name).toSorted());
    const scaled = render({ chart: 'culprit', values: join(charts, 'culprit/ci/distributed-msk-iam.yaml') })
      .filter(({ kind }) => kind === 'ScaledObject')
      .map(
        ({ spec }) =>
          (spec as { readonly triggers: { readonly metadata: Record<string, string> }[] }).triggers[0]
            ?.metadata,
      );
    expect(scaled.map((metadata) => [metadata?.['consumerGroup'], metadata?.['topic']])).toEqual([
      ['culprit-correlation', 'culprit.anomalies.scored.v1'],
      ['culprit-scoring', 'culprit.events.structured.v1'],
      ['culprit-structuring', 'culprit.logs.raw.v1'],
    ]);
  });

  it('carry configurations of collectors that can be read', () => {
    for (const one of cases.filter(({ chart }) => chart === 'culprit-collector')) {
      const texts = render(one).flatMap(({ kind, data }) =>
        kind === 'ConfigMap' ? Object.values(data ?? {}) : [],
      );
      expect(texts.length).toBeGreaterThan(0);
      for (const text of texts)
        expect(Object.keys(parse(text) as object)).toContain(
          text.includes('pipeline:') ? 'pipeline' : 'receivers',
        );
    }
  });
});

describe('a mistake in values', () => {
  it.each([
    ['an unknown value', ['access.anonymus=true'], /anonymus/],
    ['no way to be asked', ['access.existingSecret='], /set access.existingSecret/],
    ['a wrong type', ['doors.grpc=high'], /grpc/],
    ['no broker', ['mode=distributed', 'clickhouse.url=http://c:1'], /kafka.brokers is needed/],
    ['no store', ['mode=distributed', 'kafka.brokers={k:1}'], /clickhouse.url is needed/],
    [
      'lag where nothing is read',
      [
        'mode=distributed',
        'kafka.brokers={k:1}',
        'clickhouse.url=http://c:1',
        'services.query.autoscaling.by=lag',
      ],
      /lag is for stages/,
    ],
    [
      'more replicas than partitions',
      [
        'mode=distributed',
        'kafka.brokers={k:1}',
        'clickhouse.url=http://c:1',
        'services.scoring.autoscaling.by=lag',
        'kafka.partitions=2',
      ],
      /more than kafka.partitions/,
    ],
  ])('stops an installation: %s', (_, set, complaint) => {
    const values = join(charts, 'culprit/ci/single.yaml');
    expect(() => render({ chart: 'culprit', values }, ...set.flatMap((one) => ['--set', one]))).toThrow(
      complaint,
    );
  });

  it('is found in a setting that the code does not know, and in one it refuses', () => {
    const values = join(scratch, 'settings.yaml');
    for (const [name, value] of [
      ['CULPRIT_QUERY_LERNING_MINUTES', 5],
      ['CULPRIT_QUERY_LEARNING_MINUTES', 'long'],
    ]) {
      writeFileSync(
        values,
        JSON.stringify({ access: { anonymous: true }, single: { env: { [String(name)]: value } } }),
      );
      expect(() => podsOf(render({ chart: 'culprit', values })).forEach(readSettings)).toThrow(String(name));
    }
  });
});

describe('a mistake in a manifest', () => {
  const good = render({ chart: 'culprit', values: join(charts, 'culprit/ci/distributed-msk-iam.yaml') });
  const text = JSON.stringify(good);

  it.each<readonly [string, RegExp, string, RegExp]>([
    [
      'an unknown field',
      /"imagePullPolicy"/g,
      '"imagePullPolice"',
      /must NOT have additional properties.*imagePullPolice/,
    ],
    [
      'a text for a number',
      /"containerPort":8080/g,
      '"containerPort":"8080"',
      /containerPort must be integer/,
    ],
    ['an unknown field of KEDA', /"minReplicaCount"/g, '"minReplicas"', /ScaledObject.*minReplicas/],
    [
      'an unknown kind',
      /"kind":"PodDisruptionBudget"/,
      '"kind":"PodDisruptionBudgets"',
      /no schema of policy\/v1/,
    ],
  ])('is found by schemas: %s', (_, what, instead, complaint) => {
    const changed = JSON.parse(text.replace(what, instead)) as Manifest[];
    expect(changed.flatMap((manifest) => schemas.complaints(manifest)).join('\n')).toMatch(complaint);
  });

  it.each<readonly [string, RegExp, string, RegExp]>([
    ['root', /"runAsNonRoot":true,"runAsUser"/g, '"runAsUser"', /may run as root/],
    [
      'the newest image',
      /culprit-scoring:0\.1\.0/,
      'culprit-scoring:latest',
      /culprit-scoring:latest, no fixed/,
    ],
    ['no memory limit', /"limits":\{"memory":"[^"]*"\}/g, '"limits":{}', /has no memory limit/],
    ['no readiness', /"readinessProbe"/g, '"otherProbe"', /has no readinessProbe/],
    ['a port that is closed', /"targetPort":"otlp"/, '"targetPort":"oltp"', /leads to port oltp/],
    [
      'a budget for nobody',
      /("PodDisruptionBudget".*?"matchLabels":\{"app.kubernetes.io\/name":")culprit/,
      '$1other',
      /PodDisruptionBudget .* selects no pod/,
    ],
    [
      'a scaler of nobody',
      /("scaleTargetRef":\{"name":"[\w-]+)"/,
      '$1-x"',
      /ScaledObject .* which is not there/,
    ],
    ['a setting twice', /"CULPRIT_KAFKA_TLS"/g, '"CULPRIT_KAFKA_PREFIX"', /sets CULPRIT_KAFKA_PREFIX twice/],
    [
      'a writable image',
      /"readOnlyRootFilesystem":true/g,
      '"readOnlyRootFilesystem":false',
      /may write to its image/,
    ],
  ])('is found by rules: %s', (_, what, instead, complaint) => {
    expect(text).toMatch(what);
    const changed = JSON.parse(text.replace(what, instead)) as Manifest[];
    expect(manifestComplaints(changed).join('\n')).toMatch(complaint);
  });
});
