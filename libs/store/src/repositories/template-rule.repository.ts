import { hashText } from '@culprit/kernel';
import {
  decodeState,
  encodeState,
  problemOfRule,
  type RuleChange,
  type TemplateRule,
} from '@culprit/scoring';
import { encodeRows } from '../encoding/row-json.js';
import type { SqlDriver, SqlRow } from '../sql-driver.js';
import { readQuery } from '../sql-files.js';
import type { TemplateRuleRepository } from '../store.js';
import { readNumber, readText } from './sql-row.js';

const listRules = readQuery('list_template_rules');
const columns = ['tenant', 'rule_id', 'version', 'is_removed', 'rule'];

/** What people decided about templates, over any driver. */
export class SqlTemplateRuleRepository implements TemplateRuleRepository {
  readonly #driver: SqlDriver;
  readonly #tenant: string;

  constructor(deps: { readonly driver: SqlDriver; readonly tenant: string }) {
    this.#driver = deps.driver;
    this.#tenant = deps.tenant;
  }

  async save(changes: readonly RuleChange[]): Promise<void> {
    if (changes.length === 0) return;
    const rows = encodeRows(
      changes.map(({ ruleId, version, rule }) => [
        this.#tenant,
        ruleId,
        version,
        rule === undefined ? 1 : 0,
        rule === undefined ? '' : new TextDecoder().decode(encodeState(rule)),
      ]),
    );
    await this.#driver.insert({
      table: 'template_rules',
      columns,
      rows,
      deduplicationToken: `template_rules/${hashText(rows.toString('latin1'))}`,
    });
  }

  async list(): Promise<readonly RuleChange[]> {
    const rows = await this.#driver.query({
      name: 'list_template_rules',
      sql: listRules,
      parameters: { tenant: this.#tenant },
    });
    return rows.map(readChange);
  }
}

function readChange(row: SqlRow): RuleChange {
  return {
    ruleId: readText(row, 'rule_id'),
    version: readNumber(row, 'version'),
    rule: readNumber(row, 'is_removed') === 1 ? undefined : readRule(readText(row, 'rule')),
  };
}

function readRule(text: string): TemplateRule {
  const rule = decodeState(new TextEncoder().encode(text)) as TemplateRule;
  const problem = problemOfRule(rule);
  if (problem !== undefined) throw new Error(`column rule: ${problem}`);
  return rule;
}
