/** The workflows by rules, and against the repository they run in; `slow/workflows.test.ts` asks a linter. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pinImages } from '../../deploy/release/pin-images.ts';
import { lineage, parseDockerfile } from './support/dockerfile.js';
import { workflowComplaints, type Workflow } from './support/workflow-rules.js';

const repository = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');
const ci = read('.github/workflows/ci.yml');
const release = read('.github/workflows/release.yml');

interface Artifact {
  readonly image: string;
  readonly docker: { readonly target: string; readonly buildArgs: { readonly SERVICE: string } };
}

describe('the workflows', () => {
  it('keep the rules', () => {
    expect(workflowComplaints(repository, ci)).toEqual([]);
    expect(workflowComplaints(repository, release)).toEqual([]);
  });

  it('publish the images that Skaffold builds', () => {
    const { profiles } = parse(read('skaffold.yaml')) as {
      readonly profiles: readonly {
        readonly name: string;
        readonly build: { readonly artifacts: Artifact[] };
      }[];
    };
    const built = profiles.find(({ name }) => name === 'eks')?.build.artifacts ?? [];
    const { jobs } = parse(release) as Workflow;
    const published = jobs['images']?.strategy?.matrix.include ?? [];
    expect(published.length).toBe(6);
    expect(published).toEqual(
      built.map(({ image, docker }) => ({ service: docker.buildArgs.SERVICE, image, target: docker.target })),
    );
  });

  it('give every build argument a name of the Dockerfile', () => {
    const dockerfile = read('deploy/docker/Dockerfile');
    const known = [...dockerfile.matchAll(/^ARG (\w+)/gm)].map(([, name]) => name);
    const given = [...release.matchAll(/^ {12}([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(given.length).toBe(5);
    expect(given.filter((name) => !known.includes(name))).toEqual([]);
    expect(lineage(parseDockerfile(dockerfile), 'single').length).toBeGreaterThan(0);
  });

  it.each<readonly [string, string, string, RegExp]>([
    [
      'a tag for a commit',
      '11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2',
      'v4',
      /checkout@v4 is not pinned/,
    ],
    ['a commit without its version', ' # v4.2.2', '', /is not pinned/],
    ['every right', 'permissions:\n  contents: read\n', '', /right to read only/],
    ['a right too many', '      packages: write', '      actions: write', /images may write to actions/],
    ['no end', '    timeout-minutes: 60\n', '', /images may run for hours/],
    ['a token left behind', '{ persist-credentials: false }', '{ fetch-depth: 1 }', /leaves the token/],
    ['a lost script', 'npm run pack', 'npm run pakc', /script pakc/],
    [
      'a lost file',
      'deploy/release/version.ts',
      'deploy/release/versoin.ts',
      /names deploy\/release\/versoin/,
    ],
    ['a lost workflow', 'workflows/ci.yml', 'workflows/cy.yml', /calls .*cy\.yml/],
    ['a name in a shell', '"$IMAGE"', '"${{ github.ref_name }}"', /expression into a script/],
  ])('would not pass with %s', (_, what, instead, complaint) => {
    const changed = release.replace(what, instead);
    expect(changed).not.toBe(release);
    expect(workflowComplaints(repository, changed).join('\n')).toMatch(complaint);
  });
});

describe('the chart of a release', () => {
  const values = read('deploy/helm/culprit/values.yaml');
  const digest = `sha256:${'a'.repeat(64)}`;

  it('names the images that were built, and is otherwise the same', () => {
    const images = new Map([['culprit-ingest', `registry.example/culprit-ingest@${digest}`]]);
    const pinned = parse(pinImages(values, images)) as { image: { overrides: Record<string, string> } };
    expect(pinned.image.overrides).toEqual(Object.fromEntries(images));
    expect({ ...pinned, image: { ...pinned.image, overrides: {} } }).toEqual(parse(values));
  });

  it.each(['registry.example/culprit:1.0.0', 'culprit@sha256:12', ''])('never names %j', (image) => {
    expect(() => pinImages(values, new Map([['culprit', image]]))).toThrow(/not an image with its digest/);
  });

  it('is not made of no image', () => {
    expect(() => pinImages(values, new Map())).toThrow(/no images/);
  });
});

describe('the page about releases', () => {
  const page = read('docs/RELEASING.md');

  it('names files and scripts that are there', () => {
    const files = page.match(/(?:\bdeploy|\btest|\.github)\/[\w./-]+\w/g) ?? [];
    expect(files.length).toBeGreaterThan(2);
    expect(files.filter((file) => !existsSync(join(repository, file)))).toEqual([]);
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Record<string, string> };
    const called = [...page.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, script = '']) => script);
    expect(called.length).toBeGreaterThan(1);
    expect(called.filter((script) => !(script in scripts))).toEqual([]);
  });
});
