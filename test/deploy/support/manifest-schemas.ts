import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';
import { reducedSchemas } from './reduced-schemas.js';
import { moduleFolder } from './tools.js';

/** A Kubernetes resource as a chart renders it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

type Schema = Record<string, unknown>;

/** Where definitions come from: Kubernetes' own OpenAPI documents, and custom resources of others. */
const kubernetes = 'k8s.io/kubernetes@v1.34.4';
const customResources: Readonly<Record<string, string>> = {
  'github.com/kedacore/keda/v2@v2.21.0': 'config/crd/bases/*.yaml',
  'github.com/cert-manager/cert-manager@v1.21.2': 'deploy/crds/*.yaml',
  'github.com/prometheus-operator/prometheus-operator@v0.85.0': 'example/prometheus-operator-crd/*.yaml',
  'sigs.k8s.io/gateway-api@v1.6.3': 'config/crd/standard/*.yaml',
};

/** Says what is wrong with manifests by the schemas of their kinds; a field that a schema does not know is wrong. */
export class ManifestSchemas {
  readonly #ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();
  #custom: ReadonlyMap<string, Schema> | undefined;

  complaints(manifest: Manifest): readonly string[] {
    const name = `${manifest.kind} ${manifest.metadata.name}`;
    const validate = this.#validatorOf(manifest);
    if (validate === undefined) return [`${name}: no schema of ${manifest.apiVersion} ${manifest.kind}`];
    if (validate(manifest)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${name}${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  #validatorOf({ apiVersion, kind }: Manifest): ValidateFunction | undefined {
    const key = `${apiVersion}/${kind}`;
    const known = this.#validators.get(key);
    if (known !== undefined) return known;
    this.#custom ??= readCustomResources();
    const schema = reducedSchemas[key] ?? this.#custom.get(key) ?? builtIn(apiVersion, kind);
    if (schema === undefined) return undefined;
    const validate = this.#ajv.compile(schema);
    this.#validators.set(key, validate);
    return validate;
  }
}

function builtIn(apiVersion: string, kind: string): Schema | undefined {
  const name = apiVersion.includes('/') ? `apis__${apiVersion.replace('/', '__')}` : `api__${apiVersion}`;
  const file = join(moduleFolder(kubernetes), `api/openapi-spec/v3/${name}_openapi.json`);
  if (!existsSync(file)) return undefined;
  const document = JSON.parse(readFileSync(file, 'utf8')) as {
    components: { schemas: Record<string, Schema> };
  };
  const { schemas } = document.components;
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const found = Object.entries(schemas).find(([, schema]) =>
    ((schema['x-kubernetes-group-version-kind'] ?? []) as readonly Record<string, string>[]).some(
      (one) => one['group'] === group && one['version'] === version && one['kind'] === kind,
    ),
  );
  if (found === undefined) return undefined;
  close(document.components);
  return { $ref: `#/components/schemas/${found[0]}`, components: document.components };
}

function readCustomResources(): ReadonlyMap<string, Schema> {
  const schemas = new Map<string, Schema>();
  for (const [module, pattern] of Object.entries(customResources))
    for (const file of globSync(pattern, { cwd: moduleFolder(module) }))
      for (const document of parseAllDocuments(readFileSync(join(moduleFolder(module), file), 'utf8'))) {
        const resource = document.toJS() as CustomResource | null;
        if (resource?.kind !== 'CustomResourceDefinition') continue;
        const { group, names, versions } = resource.spec;
        for (const { name, schema } of versions) {
          close(schema.openAPIV3Schema);
          schemas.set(`${group}/${name}/${names.kind}`, schema.openAPIV3Schema);
        }
      }
  return schemas;
}

interface CustomResource {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/** Forbids what a schema does not name, all the way down; `metadata` of custom resources is Kubernetes' own. */
function close(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    value.forEach(close);
    return;
  }
  const schema = value as Schema;
  for (const member of Object.values(schema)) close(member);
  const { properties, additionalProperties } = schema;
  const isOpen =
    schema['x-kubernetes-preserve-unknown-fields'] === true || additionalProperties !== undefined;
  if (typeof properties === 'object' && properties !== null && !isOpen && schema['type'] === 'object')
    schema['additionalProperties'] = false;
  // A flag inside a pattern is Go's; the few patterns with one are not checked here.
  if (typeof schema['pattern'] === 'string' && schema['pattern'].includes('(?i)')) delete schema['pattern'];
  if (schema['x-kubernetes-int-or-string'] === true) delete schema['type'];
}
