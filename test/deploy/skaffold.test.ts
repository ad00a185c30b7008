/** skaffold.yaml by its shape, and against what it names: the Dockerfile, the chart and its values. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { knowsValue } from './support/chart-values.js';
import { buildArguments, lineage, parseDockerfile } from './support/dockerfile.js';

const repository = join(import.meta.dirname, '../..');
const text = readFileSync(join(repository, 'skaffold.yaml'), 'utf8');

const string = { type: 'string' };
const list = (items: object): object => ({ type: 'array', items });
const closed = (properties: Readonly<Record<string, object>>, required: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const texts = { type: 'object', additionalProperties: string };
const empty = closed({});
const artifact = closed(
  {
    image: string,
    context: string,
    docker: closed({ dockerfile: string, target: string, buildArgs: texts }),
  },
  ['image', 'context', 'docker'],
);
const build = closed({
  tagPolicy: {
    oneOf: [closed({ inputDigest: empty }, ['inputDigest']), closed({ gitCommit: empty }, ['gitCommit'])],
  },
  local: closed({ push: { type: 'boolean' }, useBuildkit: { type: 'boolean' } }),
  platforms: list({ enum: ['linux/amd64', 'linux/arm64'] }),
  artifacts: list(artifact),
});
const release = closed(
  {
    name: string,
    namespace: string,
    createNamespace: { type: 'boolean' },
    chartPath: string,
    valuesFiles: list(string),
    setValueTemplates: texts,
  },
  ['name', 'chartPath'],
);
const deploy = closed({ helm: closed({ releases: list(release) }, ['releases']) });
const profile = closed(
  {
    name: string,
    activation: list(closed({ kubeContext: string })),
    patches: list(
      closed({ op: { enum: ['replace', 'add', 'remove'] }, path: string, value: {} }, ['op', 'path']),
    ),
    build,
    deploy,
  },
  ['name'],
);
/** What this project uses of the schema skaffold/v4beta13, under its names. */
const schema = closed(
  {
    apiVersion: { const: 'skaffold/v4beta13' },
    kind: { const: 'Config' },
    metadata: closed({ name: string }),
    build,
    deploy,
    portForward: list(
      closed({
        resourceType: string,
        resourceName: string,
        namespace: string,
        port: { type: 'integer' },
        localPort: { type: 'integer' },
      }),
    ),
    verify: list(
      closed({
        name: string,
        container: closed({ name: string, image: string, command: list(string), args: list(string) }),
        executionMode: closed({ kubernetesCluster: empty }),
      }),
    ),
    profiles: list(profile),
  },
  ['apiVersion', 'kind', 'build', 'deploy'],
);

interface Artifact {
  readonly image: string;
  readonly context: string;
  readonly docker: {
    readonly dockerfile: string;
    readonly target: string;
    readonly buildArgs: Record<string, string>;
  };
}

interface Release {
  readonly chartPath: string;
  readonly valuesFiles: readonly string[];
  readonly setValueTemplates: Readonly<Record<string, string>>;
}

interface Part {
  readonly name?: string;
  readonly build?: { readonly artifacts?: readonly Artifact[] };
  readonly deploy?: { readonly helm: { readonly releases: readonly Release[] } };
  readonly profiles?: readonly Part[];
  readonly patches?: readonly { readonly value: unknown }[];
}

function complaintsAbout(changed: string): readonly string[] {
  const config = parse(changed) as Part;
  const ajv = new Ajv({ strict: false });
  if (!ajv.validate(schema, config))
    return (ajv.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  return [config, ...(config.profiles ?? [])].flatMap((part) => [
    ...(part.build?.artifacts ?? []).flatMap(artifactComplaints),
    ...(part.deploy?.helm.releases ?? []).flatMap((one) =>
      releaseComplaints(one, part.build?.artifacts ?? []),
    ),
    ...(part.patches ?? []).flatMap(patchComplaints),
  ]);
}

function artifactComplaints({ image, context, docker }: Artifact): readonly string[] {
  const path = join(repository, context, docker.dockerfile);
  if (!existsSync(path)) return [`${image}: there is no ${docker.dockerfile}`];
  const file = parseDockerfile(readFileSync(path, 'utf8'));
  const complaints: string[] = [];
  if (lineage(file, docker.target).length === 0) complaints.push(`has no target ${docker.target}`);
  for (const name of Object.keys(docker.buildArgs))
    if (!buildArguments(file).has(name)) complaints.push(`takes no argument ${name}`);
  const service = docker.buildArgs['SERVICE'] ?? '';
  if (!existsSync(join(repository, 'services', service, 'package.json')))
    complaints.push(`${service} is no service`);
  return complaints.map((complaint) => `${image}: ${complaint}`);
}

function releaseComplaints(release: Release, artifacts: readonly Artifact[]): readonly string[] {
  const { chartPath, valuesFiles, setValueTemplates } = release;
  const variables = new Set(
    artifacts.map(({ image }) => `{{.IMAGE_FULLY_QUALIFIED_${image.replaceAll('-', '_')}}}`),
  );
  return [
    ...valuesFiles.filter((file) => !existsSync(join(repository, file))).map((file) => `there is no ${file}`),
    ...valueComplaints(chartPath, Object.keys(setValueTemplates)),
    ...Object.values(setValueTemplates)
      .filter((value) => value.startsWith('{{') && !variables.has(value))
      .map((value) => `${value} is of no artifact`),
  ];
}

function patchComplaints({ value }: { readonly value: unknown }): readonly string[] {
  if (!Array.isArray(value)) return valueComplaints('deploy/helm/culprit', Object.keys(value as object));
  return value
    .filter((file) => !existsSync(join(repository, String(file))))
    .map((file) => `there is no ${file}`);
}

function valueComplaints(chart: string, names: readonly string[]): readonly string[] {
  const values = JSON.parse(readFileSync(join(repository, chart, 'values.schema.json'), 'utf8')) as object;
  return names.filter((name) => !knowsValue(values, name)).map((name) => `${chart} has no value ${name}`);
}

describe('skaffold.yaml', () => {
  it('fits its schema, the Dockerfile and the chart', () => {
    expect(complaintsAbout(text)).toEqual([]);
  });

  it('builds the one process and every stage for EKS', () => {
    const eks = (parse(text) as Part).profiles?.find(({ name }) => name === 'eks');
    const services = (eks?.build?.artifacts ?? []).map(({ docker }) => docker.buildArgs['SERVICE']);
    expect(services).toEqual(['culprit', 'ingest', 'structuring', 'scoring', 'correlation', 'query']);
  });

  it.each<readonly [string, string, string, RegExp]>([
    ['an unknown field', 'useBuildkit: true', 'useBuildKit: true', /useBuildKit/],
    [
      'a Dockerfile that is not there',
      'dockerfile: deploy/docker/Dockerfile',
      'dockerfile: Dockerfile',
      /there is no Dockerfile/,
    ],
    ['a wrong target', 'target: single', 'target: solo', /has no target solo/],
    [
      'a wrong build argument',
      'buildArgs: { SERVICE: culprit }',
      'buildArgs: { SERVIC: culprit }',
      /takes no argument SERVIC/,
    ],
    ['a service that is not there', 'SERVICE: query', 'SERVICE: querry', /querry is no service/],
    [
      'a value of no chart',
      'single.logLevel: debug',
      'single.loglevel: debug',
      /has no value single.loglevel/,
    ],
    ['values that are not there', 'ci/single-kind.yaml', 'ci/kind.yaml', /there is no .*ci\/kind.yaml/],
    [
      'an image that nobody builds',
      'QUALIFIED_culprit_query',
      'QUALIFIED_culprit_console',
      /is of no artifact/,
    ],
  ])('would not pass with %s', (_, what, instead, complaint) => {
    expect(text).toContain(what);
    expect(complaintsAbout(text.replaceAll(what, instead)).join('\n')).toMatch(complaint);
  });
});
