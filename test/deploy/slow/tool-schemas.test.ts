/** Files for Skaffold and eksctl by the schemas that come with the programs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { moduleFolder } from '../support/tools.js';

const repository = join(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');

function validatorFrom(module: string, file: string): ValidateFunction {
  const schema = JSON.parse(readFileSync(join(moduleFolder(module), file), 'utf8')) as object;
  return new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
}

function complaints(validate: ValidateFunction, text: string): string {
  if (validate(parse(text))) return '';
  return (validate.errors ?? [])
    .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
    .join('\n');
}

describe('skaffold.yaml', () => {
  const text = read('skaffold.yaml');
  const [, version = ''] = /apiVersion: skaffold\/(\w+)/.exec(text) ?? [];
  const validate = validatorFrom(
    'github.com/GoogleContainerTools/skaffold/v2@v2.16.1',
    `docs-v2/content/en/schemas/${version}.json`,
  );

  it('is right by the schema of its version', () => {
    expect(complaints(validate, text)).toBe('');
  });

  it.each<readonly [string, string, string, RegExp]>([
    ['an unknown key', 'valuesFiles:', 'valueFiles:', /additional properties.*valueFiles/],
    ['a wrong type', 'port: 4680', 'port: [4680]', /port/],
    [
      'a builder of another world',
      'useBuildkit: true',
      'useBuildkit: yes please',
      /useBuildkit must be boolean/,
    ],
  ])('would not pass with %s', (_, what, instead, complaint) => {
    expect(text).toContain(what);
    expect(complaints(validate, text.replace(what, instead))).toMatch(complaint);
  });
});

describe('the cluster of deploy/eks', () => {
  const text = read('deploy/eks/cluster.yaml');
  const validate = validatorFrom(
    'github.com/weaveworks/eksctl@v0.215.0',
    'pkg/apis/eksctl.io/v1alpha5/assets/schema.json',
  );

  it('is right by the schema of eksctl', () => {
    expect(complaints(validate, text)).toBe('');
  });

  it.each<readonly [string, RegExp, string, RegExp]>([
    [
      'an unknown key',
      /managedNodeGroups:/,
      'managedNodegroups:',
      /additional properties.*managedNodegroups/,
    ],
    ['a gateway that is none', /gateway: \w+/, 'gateway: Twice', /gateway must be equal to one of/],
    ['a wrong type', /name: (\w+)/, 'name: [$1]', /name must be string/],
  ])('would not pass with %s', (_, what, instead, complaint) => {
    expect(text).toMatch(what);
    expect(complaints(validate, text.replace(what, instead))).toMatch(complaint);
  });
});
