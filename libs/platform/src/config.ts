import { AppError } from '@culprit/kernel';
import type { z } from 'zod';

/** What a process ends with when its configuration is wrong: EX_CONFIG of BSD's sysexits.h. */
export const exitCodeConfig = 78;

const PREFIX = 'CULPRIT_';

/** One zod strictObject per service; the key is the service's name in the environment variables, in lower case. */
export type ConfigSchemas = Readonly<Record<string, z.ZodObject>>;

/** The parsed, deeply frozen configuration of every section. */
export type Config<Schemas extends ConfigSchemas> = {
  readonly [Section in keyof Schemas]: Readonly<z.output<Schemas[Section]>>;
};

/** A variable that breaks a rule. The value is left out on purpose: it may be a secret. */
export interface ConfigProblem {
  readonly key: string;
  readonly rule: string;
}

/** Every problem of a configuration at once, so that it is fixed in one go. */
export class ConfigError extends AppError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ key, rule }) => `  ${key}: ${rule}`);
    super({
      code: 'CULPRIT_PLATFORM_CONFIG_INVALID',
      message: `configuration has ${problems.length} problem(s):\n${lines.join('\n')}`,
      hint: 'Correct or unset these environment variables and start again.',
    });
    this.problems = problems;
  }
}

/**
 * Reads `CULPRIT_<SECTION>_<KEY>` variables into one typed object per section. `maxBodyBytes` of section `ingest`
 * is `CULPRIT_INGEST_MAX_BODY_BYTES`; an empty variable counts as unset.
 *
 * @param schemas     sections of this process; values arrive as text, so schemas coerce
 * @param environment usually `process.env`
 * @param reserved    other `CULPRIT_` variables that are known but not read here
 * @throws ConfigError listing every broken rule and every unknown `CULPRIT_` variable
 */
export function loadConfig<const Schemas extends ConfigSchemas>(
  schemas: Schemas,
  environment: Readonly<Record<string, string | undefined>>,
  reserved: readonly string[] = [],
): Config<Schemas> {
  const problems: ConfigProblem[] = [];
  const known = new Set(reserved);
  const config: Record<string, unknown> = {};
  for (const [section, schema] of Object.entries(schemas)) {
    const input: Record<string, string> = {};
    for (const key of Object.keys(schema.shape)) {
      const variable = variableName(section, key);
      known.add(variable);
      const value = environment[variable];
      if (value !== undefined && value !== '') input[key] = value;
    }
    const parsed = schema.safeParse(input);
    if (parsed.success) config[section] = deepFreeze(parsed.data);
    else problems.push(...problemsOf(section, parsed.error));
  }
  for (const name of Object.keys(environment)) {
    if (name.startsWith(PREFIX) && !known.has(name)) problems.push({ key: name, rule: 'unknown variable' });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config) as Config<Schemas>;
}

/** The environment variable of a key: `('ingest', 'maxBodyBytes')` is `CULPRIT_INGEST_MAX_BODY_BYTES`. */
export function variableName(section: string, key: string): string {
  const words = key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`);
  return `${PREFIX}${section}_${words}`.toUpperCase();
}

function problemsOf(section: string, error: z.ZodError): ConfigProblem[] {
  return error.issues.map((issue) => ({
    key:
      issue.path.length === 0
        ? `${PREFIX}${section.toUpperCase()}_*`
        : variableName(section, String(issue.path[0])),
    rule: issue.message,
  }));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
