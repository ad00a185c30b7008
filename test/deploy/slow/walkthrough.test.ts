/** The walkthrough's flags by the programs' own help, and its manifests by their schemas. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ManifestSchemas, type Manifest } from '../support/manifest-schemas.js';
import { commandsOf, flagsOf, subcommandOf, type ShellCommand } from '../support/shell-commands.js';
import { helm } from '../support/tools.js';

const repository = join(import.meta.dirname, '../../..');
const pages = [
  'deploy/chaos/README.md',
  'deploy/eks/README.md',
  'deploy/helm/culprit/README.md',
  'deploy/helm/culprit-collector/README.md',
];
const commands = pages.flatMap((page) => commandsOf(readFileSync(join(repository, page), 'utf8')));
const schemas = new ManifestSchemas();

function helpOf([program = '', ...words]: ShellCommand): string {
  if (program === 'helm') return helm(...words, '--help').stdout;
  const { status, stdout, error } = spawnSync('kubectl', [...words, '--help'], { encoding: 'utf8' });
  if (error !== undefined || status !== 0)
    throw new Error(
      'this test needs kubectl (https://kubernetes.io/docs/tasks/tools), which knows its own flags',
    );
  return stdout + spawnSync('kubectl', ['options'], { encoding: 'utf8' }).stdout;
}

/** Flags of a command that its program does not know. */
function unknownFlags(words: ShellCommand): readonly string[] {
  const help = helpOf(subcommandOf(words));
  return flagsOf(words).filter((flag) => !new RegExp(`(?:^|[\\s,])${flag}[\\s,=]`, 'm').test(help));
}

function manifestsOf(file: string): readonly Manifest[] {
  const text = readFileSync(join(repository, 'deploy/chaos', file), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

describe('the walkthrough', () => {
  it.each(commands.map((words) => [words.join(' ').slice(0, 90), words] as const))(
    'knows the flags of %s',
    (_, words) => {
      expect(unknownFlags(words)).toEqual([]);
    },
  );

  it('would notice flags that do not exist', () => {
    expect(unknownFlags(['kubectl', 'apply', '--file', 'x'])).toEqual(['--file']);
    expect(unknownFlags(['helm', 'upgrade', '--instal', 'x'])).toEqual(['--instal']);
  });

  it.each(['sock-shop.yaml', 'litmus-rbac.yaml', 'pod-network-corruption.yaml'])(
    'applies a right %s',
    (file) => {
      const manifests = manifestsOf(file);
      expect(manifests.length).toBeGreaterThan(0);
      expect(manifests.flatMap((manifest) => schemas.complaints(manifest))).toEqual([]);
    },
  );

  it('breaks a program of the shop that may be broken, by an account that is there', () => {
    const [engine] = manifestsOf('pod-network-corruption.yaml');
    const { appinfo, chaosServiceAccount } = (engine?.spec ?? {}) as {
      readonly appinfo: { readonly applabel: string };
      readonly chaosServiceAccount: string;
    };
    const target = manifestsOf('sock-shop.yaml').find(
      ({ kind, metadata }) =>
        kind === 'Deployment' && `name=${metadata.labels?.['name']}` === appinfo.applabel,
    );
    expect(target?.metadata.annotations).toEqual({ 'litmuschaos.io/chaos': 'true' });
    const accounts = manifestsOf('litmus-rbac.yaml').filter(({ kind }) => kind === 'ServiceAccount');
    expect(accounts.map(({ metadata }) => metadata.name)).toEqual([chaosServiceAccount]);
  });
});
