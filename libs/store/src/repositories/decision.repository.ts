import { problemOfDecision, type DecisionChange, type IncidentDecision } from '@culprit/correlation';
import { hashText } from '@culprit/kernel';
import { decodeState, encodeState } from '@culprit/scoring';
import { encodeRows } from '../encoding/row-json.js';
import type { SqlDriver, SqlRow } from '../sql-driver.js';
import { readQuery } from '../sql-files.js';
import type { DecisionRepository } from '../store.js';
import { readNumber, readText } from './sql-row.js';

const listDecisions = readQuery('list_incident_decisions');
const columns = ['tenant', 'decision_id', 'version', 'is_removed', 'decision'];

/** What people decided about incidents, over any driver. */
export class SqlDecisionRepository implements DecisionRepository {
  readonly #driver: SqlDriver;
  readonly #tenant: string;

  constructor(deps: { readonly driver: SqlDriver; readonly tenant: string }) {
    this.#driver = deps.driver;
    this.#tenant = deps.tenant;
  }

  async save(changes: readonly DecisionChange[]): Promise<void> {
    if (changes.length === 0) return;
    const rows = encodeRows(
      changes.map(({ decisionId, version, decision }) => [
        this.#tenant,
        decisionId,
        version,
        decision === undefined ? 1 : 0,
        decision === undefined ? '' : new TextDecoder().decode(encodeState(decision)),
      ]),
    );
    await this.#driver.insert({
      table: 'incident_decisions',
      columns,
      rows,
      deduplicationToken: `incident_decisions/${hashText(rows.toString('latin1'))}`,
    });
  }

  async list(): Promise<readonly DecisionChange[]> {
    const rows = await this.#driver.query({
      name: 'list_incident_decisions',
      sql: listDecisions,
      parameters: { tenant: this.#tenant },
    });
    return rows.map(readChange);
  }
}

function readChange(row: SqlRow): DecisionChange {
  return {
    decisionId: readText(row, 'decision_id'),
    version: readNumber(row, 'version'),
    decision: readNumber(row, 'is_removed') === 1 ? undefined : readDecision(readText(row, 'decision')),
  };
}

function readDecision(text: string): IncidentDecision {
  const decision = decodeState(new TextEncoder().encode(text)) as IncidentDecision;
  const problem = problemOfDecision(decision);
  if (problem !== undefined) throw new Error(`column decision: ${problem}`);
  return decision;
}
