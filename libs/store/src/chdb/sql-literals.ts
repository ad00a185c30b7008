import type { SqlParameter } from '../sql-driver.js';

const NAME_PATTERN = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PLACEHOLDER_PATTERN = /\{([A-Za-z_][A-Za-z0-9_]*):/g;

/** A quoted SQL string that evaluates to exactly `text`: nothing in it can end the literal. O(length). */
export function sqlLiteral(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0');
  return `'${escaped}'`;
}

/**
 * The assignments `name = value` of a SET statement.
 *
 * @throws Error on a name that is not an identifier: names come from code, never from requests
 */
export function settingAssignments(settings: ReadonlyMap<string, string>): string {
  return [...settings].map(([name, value]) => `${checkedName(name)} = ${value}`).join(', ');
}

/** A setting's value as SQL: numbers bare, booleans as 0 and 1, text quoted. */
export function settingValue(value: string | number | boolean): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  return sqlLiteral(value);
}

/**
 * The assignment that gives the placeholder `{name:Type}` its value for the next statement of the session.
 * The engine reads the literal's text by the rules of tab-separated values, hence two layers of escaping.
 */
export function parameterAssignment(name: string, value: SqlParameter): string {
  return fieldAssignment(name, parameterText(value));
}

/** The same for a value that is a field of tab-separated values already, as it comes over HTTP. */
export function fieldAssignment(name: string, text: string): string {
  return `param_${checkedName(name)} = ${sqlLiteral(text)}`;
}

/** Names of all placeholders of a statement, each once. */
export function placeholdersOf(sql: string): ReadonlySet<string> {
  return new Set([...sql.matchAll(PLACEHOLDER_PATTERN)].map((match) => match[1] ?? ''));
}

function parameterText(value: SqlParameter): string {
  if (typeof value === 'string') return escapeField(value);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return `[${value.map((item) => `'${escapeField(item).replaceAll("'", "\\'")}'`).join(',')}]`;
}

function escapeField(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\0', '\\0');
}

function checkedName(name: string): string {
  if (!NAME_PATTERN.test(name)) throw new Error(`not an SQL name: ${JSON.stringify(name)}`);
  return name;
}
