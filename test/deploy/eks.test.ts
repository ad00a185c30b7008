/** The files of deploy/eks: by their shape, and against the topics, the chart and the page that uses them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { allTopics } from '../../libs/contracts/src/topics.ts';
import { commandsOf, nameComplaints } from './support/shell-commands.js';

const repository = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');
const cluster = read('deploy/eks/cluster.yaml');
const policy = read('deploy/eks/iam-msk-policy.json');
const values = read('deploy/eks/eks-values.yaml');
const page = read('deploy/eks/README.md');

const string = { type: 'string' };
const boolean = { type: 'boolean' };
const whole = { type: 'integer', minimum: 1 };
const list = (items: object): object => ({ type: 'array', items, minItems: 1 });
const closed = (properties: Readonly<Record<string, object>>, required: readonly string[]): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** What cluster.yaml uses of the schema `eksctl.io/v1alpha5`, under its names. */
const clusterSchema = closed(
  {
    apiVersion: { const: 'eksctl.io/v1alpha5' },
    kind: { const: 'ClusterConfig' },
    metadata: closed({ name: string, region: string, version: { type: 'string', pattern: '^1\\.\\d\\d$' } }, [
      'name',
      'region',
    ]),
    vpc: closed(
      { nat: closed({ gateway: { enum: ['Single', 'HighlyAvailable', 'Disable'] } }, ['gateway']) },
      [],
    ),
    iam: closed(
      {
        podIdentityAssociations: list(
          closed(
            {
              namespace: string,
              serviceAccountName: string,
              roleName: string,
              permissionPolicyARNs: list({ type: 'string', pattern: '^arn:aws:iam::' }),
            },
            ['namespace', 'serviceAccountName', 'permissionPolicyARNs'],
          ),
        ),
      },
      [],
    ),
    addons: list(
      closed({ name: string, configurationValues: string, useDefaultPodIdentityAssociations: boolean }, [
        'name',
      ]),
    ),
    managedNodeGroups: list(
      closed(
        {
          name: string,
          instanceType: string,
          amiFamily: { enum: ['AmazonLinux2023', 'Bottlerocket'] },
          desiredCapacity: whole,
          minSize: whole,
          maxSize: whole,
          privateNetworking: boolean,
          volumeSize: whole,
          volumeType: { enum: ['gp2', 'gp3'] },
          volumeEncrypted: boolean,
          disableIMDSv1: boolean,
          disablePodIMDS: boolean,
        },
        ['name', 'instanceType', 'minSize', 'maxSize'],
      ),
    ),
  },
  ['apiVersion', 'kind', 'metadata', 'iam', 'addons', 'managedNodeGroups'],
);

function shapeComplaints(schema: object, value: unknown): readonly string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.validate(schema, value);
  return (ajv.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

interface Cluster {
  readonly iam: {
    readonly podIdentityAssociations: readonly {
      readonly namespace: string;
      readonly serviceAccountName: string;
      readonly permissionPolicyARNs: readonly string[];
    }[];
  };
  readonly addons: readonly { readonly name: string; readonly configurationValues?: string }[];
}

function clusterComplaints(text: string): readonly string[] {
  const value: unknown = parse(text);
  const shape = shapeComplaints(clusterSchema, value);
  if (shape.length > 0) return shape;
  const { iam, addons } = value as Cluster;
  const names = addons.map(({ name }) => name);
  const needed = ['eks-pod-identity-agent', 'aws-ebs-csi-driver', 'aws-efs-csi-driver', 'metrics-server'];
  const [account] = iam.podIdentityAssociations;
  const policies = account?.permissionPolicyARNs.map((arn) => arn.split('/').at(-1) ?? '') ?? [];
  return [
    ...needed.filter((name) => !names.includes(name)).map((name) => `has no add-on ${name}`),
    ...addons.flatMap(({ configurationValues = '{}' }) => jsonComplaints(configurationValues)),
    // What the page installs: release "culprit" in the namespace "culprit" has this service account.
    ...(account?.namespace === 'culprit' && account.serviceAccountName === 'culprit'
      ? []
      : ['gives its role to nobody of the chart']),
    ...policies
      .filter((name) => !page.includes(`--policy-name ${name} `))
      .map((name) => `nobody makes ${name}`),
  ];
}

function jsonComplaints(text: string): readonly string[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [String(error)];
  }
}

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

function policyComplaints(text: string): readonly string[] {
  const { Statement: statements } = JSON.parse(text) as { readonly Statement: readonly Statement[] };
  const named = (kind: string): readonly string[] =>
    statements
      .flatMap(({ Resource }) => Resource)
      .filter((arn) => arn.includes(`:${kind}/culprit/*/`))
      .map((arn) => arn.split('/').at(-1) ?? '');
  const topics = allTopics.map(({ name }) => name);
  const groups = ['structuring', 'scoring', 'correlation'].map((stage) => `culprit-${stage}`);
  return [
    ...differences('topic', topics, named('topic')),
    ...differences('group', groups, named('group')),
    ...statements
      .flatMap(({ Action }) => Action)
      .filter((action) => action.includes('*') || !action.startsWith('kafka-cluster:'))
      .map((action) => `allows ${action}`),
    ...statements
      .flatMap(({ Resource }) => Resource)
      .filter((arn) => !/^arn:aws:kafka:\$\{REGION\}:\$\{ACCOUNT\}:\w+\/culprit\/\*(?:\/[\w.-]+)?$/.test(arn))
      .map((arn) => `reaches ${arn}`),
  ];
}

function differences(kind: string, wanted: readonly string[], found: readonly string[]): readonly string[] {
  return [
    ...wanted.filter((name) => !found.includes(name)).map((name) => `misses the ${kind} ${name}`),
    ...found.filter((name) => !wanted.includes(name)).map((name) => `names the ${kind} ${name}`),
  ];
}

function valueComplaints(text: string): readonly string[] {
  const schema = JSON.parse(read('deploy/helm/culprit/values.schema.json')) as Record<string, unknown>;
  delete schema['$schema'];
  return shapeComplaints(schema, parse(text));
}

function pageComplaints(text: string): readonly string[] {
  const files = [...text.matchAll(/\b(?:test\/)?deploy\/[\w./-]*\w/g)].map(([file]) => file);
  const links = [...text.matchAll(/\]\(([\w./-]+)\)/g)].map(([, link = '']) => join('deploy/eks', link));
  return [
    ...[...files, ...links]
      .filter((file) => !existsSync(join(repository, file)))
      .map((file) => `there is no ${file}`),
    ...nameComplaints(repository, commandsOf(text)),
  ];
}

/** Rows of a table of the page as numbers, by the heading of its last column. */
function tableOf(text: string, lastColumn: string): readonly (readonly number[])[] {
  const lines = text.split('\n');
  const head = lines.findIndex((line) => line.startsWith('|') && line.includes(` ${lastColumn} `));
  const end = lines.findIndex((line, index) => index > head && !line.startsWith('|'));
  return lines.slice(head + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => Number(cell.replaceAll(',', ''))),
  );
}

describe('the files of deploy/eks', () => {
  it('fit eksctl, the topics, the chart and each other', () => {
    expect(clusterComplaints(cluster)).toEqual([]);
    expect(policyComplaints(policy)).toEqual([]);
    expect(valueComplaints(values)).toEqual([]);
    expect(pageComplaints(page)).toEqual([]);
  });

  it('are all used by the page', () => {
    const files = readdirSync(join(repository, 'deploy/eks')).filter((file) => file !== 'README.md');
    expect(files.filter((file) => !page.includes(file))).toEqual([]);
  });

  it('ask for no variable that the page does not set', () => {
    const asked = [cluster, policy, read('deploy/eks/storage-classes.yaml')]
      .flatMap((text) => [...text.matchAll(/\$\{(\w+)\}/g)])
      .map(([, name = '']) => name)
      .filter((name, index, all) => name !== '' && all.indexOf(name) === index);
    expect(asked.toSorted()).toEqual(['ACCOUNT', 'FILE_SYSTEM', 'REGION']);
    const exported = page.split('\n').filter((line) => line.startsWith('export '));
    expect(asked.filter((name) => !exported.some((line) => line.includes(` ${name}=`)))).toEqual([]);
  });

  it('name storage classes that are made', () => {
    const classes = parseAllDocuments(read('deploy/eks/storage-classes.yaml')).map(
      (document) => (document.toJS() as { readonly metadata: { readonly name: string } }).metadata.name,
    );
    expect(classes).toEqual(['gp3', 'efs']);
    expect([...values.matchAll(/storageClass: (\w+)/g)].map(([, name]) => name)).toEqual(['gp3']);
  });

  it('add the costs up', () => {
    const rows = tableOf(page, 'total');
    expect(rows.map(([rate]) => rate)).toEqual([10_000, 100_000, 1_000_000]);
    for (const row of rows) expect(row.slice(1, -1).reduce((sum, one) => sum + one, 0)).toBe(row.at(-1));
  });

  it('take the cores from docs/SCALE.md', () => {
    const perMillion = read('docs/SCALE.md')
      .split('\n')
      .filter((line) => /^\| (?:ingest|structuring|scoring|correlation|store) /.test(line))
      .map((line) => Number(line.split('|')[2]));
    expect(perMillion.length).toBe(5);
    const cores = perMillion.reduce((sum, one) => sum + one, 0);
    for (const [rate = 0, told = 0] of tableOf(page, 'store GB'))
      expect(Math.abs(told - (cores * rate) / 1_000_000) / told).toBeLessThan(0.05);
  });

  it.each<readonly [string, (text: string) => readonly string[], string, string, string, RegExp]>([
    ['an unknown field', clusterComplaints, cluster, 'minSize', 'minimumSize', /minimumSize/],
    ['a wrong type', clusterComplaints, cluster, 'maxSize: 12', 'maxSize: many', /maxSize must be integer/],
    ['a lost add-on', clusterComplaints, cluster, 'aws-ebs-csi-driver', 'ebs', /no add-on aws-ebs/],
    ['broken JSON', clusterComplaints, cluster, '"true"}', '"true"', /JSON/],
    ['another account', clusterComplaints, cluster, 'AccountName: culprit', 'AccountName: x', /to nobody/],
    ['another policy', clusterComplaints, cluster, 'culprit-msk', 'msk', /nobody makes msk/],
    ['a topic less', policyComplaints, policy, 'logs.raw.v1', 'logs.v1', /misses the topic culprit.logs.raw/],
    ['a group less', policyComplaints, policy, 'culprit-scoring', 'scoring', /misses the group culprit-sc/],
    ['every action', policyComplaints, policy, 'kafka-cluster:ReadData', 'kafka-cluster:*', /allows kafka/],
    ['every cluster', policyComplaints, policy, 'cluster/culprit/*', 'cluster/*', /reaches arn/],
    ['an unknown value', valueComplaints, values, 'brokers:', 'broker:', /broker/],
    ['a value of a wrong type', valueComplaints, values, 'tls: true', "tls: 'yes'", /tls must be boolean/],
    ['a lost file', pageComplaints, page, 'eks/eks-values.yaml', 'eks/values.yaml', /no deploy\/eks\/values/],
    ['a lost link', pageComplaints, page, '../chaos/README.md', '../chaos/R.md', /no deploy\/chaos\/R.md/],
    ['a wrong --set', pageComplaints, page, 'culprit.token=', 'culprit.tokn=', /no value culprit.tokn/],
  ])('would not pass with %s', (_, complaintsAbout, text, what, instead, complaint) => {
    expect(text).toContain(what);
    expect(complaintsAbout(text.replaceAll(what, instead)).join('\n')).toMatch(complaint);
  });
});
