import type { EnvironmentName, IncidentId, IncidentTypeId } from '@culprit/kernel';
import { encodeRows } from '../encoding/row-json.js';
import type { SqlDriver, SqlRow } from '../sql-driver.js';
import { readQuery } from '../sql-files.js';
import type { Feedback, FeedbackRepository } from '../store.js';
import { readNanos, readText } from './sql-row.js';
import { clampNanos } from './time-bounds.js';

const listFeedback = readQuery('list_feedback');

const feedbackColumns = [
  'tenant',
  'environment',
  'incident_type',
  'incident_id',
  'verdict',
  'author',
  'note',
  'said_at',
];

const verdicts: readonly Feedback['verdict'][] = ['useful', 'not-useful', 'same-as', 'routine'];

/** Opinions of people on reports, over any driver. */
export class SqlFeedbackRepository implements FeedbackRepository {
  readonly #driver: SqlDriver;
  readonly #tenant: string;

  constructor(deps: { readonly driver: SqlDriver; readonly tenant: string }) {
    this.#driver = deps.driver;
    this.#tenant = deps.tenant;
  }

  async save(feedback: Feedback): Promise<void> {
    const { environment, incidentType, incidentId, verdict, author, note } = feedback;
    const saidAt = clampNanos(feedback.saidAt);
    await this.#driver.insert({
      table: 'feedback',
      columns: feedbackColumns,
      rows: encodeRows([
        [this.#tenant, environment, incidentType, incidentId, verdict, author, note, saidAt],
      ]),
      deduplicationToken: `feedback/${this.#tenant}/${incidentId}/${saidAt}/${author}`,
    });
  }

  async list(incidentType: IncidentTypeId): Promise<readonly Feedback[]> {
    const rows = await this.#driver.query({
      name: 'list_feedback',
      sql: listFeedback,
      parameters: { tenant: this.#tenant, incident_type: incidentType },
    });
    return rows.map(readFeedback);
  }
}

function readFeedback(row: SqlRow): Feedback {
  const verdict = verdicts.find((known) => known === readText(row, 'verdict'));
  if (verdict === undefined) throw new Error('column verdict: expected one of the known verdicts');
  return {
    environment: readText(row, 'environment') as EnvironmentName,
    incidentType: readText(row, 'incident_type') as IncidentTypeId,
    incidentId: readText(row, 'incident_id') as IncidentId,
    verdict,
    author: readText(row, 'author'),
    note: readText(row, 'note'),
    saidAt: readNanos(row, 'said_nanos'),
  };
}
