import { hashText } from '@culprit/kernel';
import { encodeRows } from '../encoding/row-json.js';
import type { SqlDriver, SqlParameter, SqlRow } from '../sql-driver.js';
import { readQuery } from '../sql-files.js';
import type { DocumentChange, DocumentKind, DocumentRepository, StoredDocument } from '../store.js';
import { checkPageSize } from './page-token.js';
import { readNumber, readText } from './sql-row.js';

const listDocuments = readQuery('list_documents');
const findDocument = readQuery('find_document');
const columns = ['tenant', 'kind', 'document_id', 'version', 'is_removed', 'expires_on', 'document'];
const millisPerDay = 86_400_000;
/** The last day that the engine's Date can name: never. */
const never = 65_535;

/** Small documents of the people's side, over any driver. */
export class SqlDocumentRepository implements DocumentRepository {
  readonly #driver: SqlDriver;
  readonly #tenant: string;

  constructor(deps: { readonly driver: SqlDriver; readonly tenant: string }) {
    this.#driver = deps.driver;
    this.#tenant = deps.tenant;
  }

  async save(kind: DocumentKind, changes: readonly DocumentChange[]): Promise<void> {
    if (changes.length === 0) return;
    const rows = encodeRows(
      changes.map(({ documentId, version, value, keepDays }) => [
        this.#tenant,
        kind,
        documentId,
        version,
        value === undefined ? 1 : 0,
        keepDays === undefined ? never : Math.floor(version / millisPerDay) + keepDays,
        value === undefined ? '' : JSON.stringify(value),
      ]),
    );
    await this.#driver.insert({
      table: 'documents',
      columns,
      rows,
      deduplicationToken: `documents/${hashText(rows.toString('latin1'))}`,
    });
  }

  async list(kind: DocumentKind, limit: number): Promise<readonly StoredDocument[]> {
    return await this.#read('list_documents', listDocuments, { kind, row_limit: checkPageSize(limit) });
  }

  async find(kind: DocumentKind, documentId: string): Promise<StoredDocument | undefined> {
    const [found] = await this.#read('find_document', findDocument, { kind, document_id: documentId });
    return found;
  }

  async #read(
    name: string,
    sql: string,
    parameters: Readonly<Record<string, SqlParameter>>,
  ): Promise<readonly StoredDocument[]> {
    const rows = await this.#driver.query({
      name,
      sql,
      parameters: { tenant: this.#tenant, ...parameters },
      afterWrites: true,
    });
    return rows.map(readDocument);
  }
}

function readDocument(row: SqlRow): StoredDocument {
  return {
    documentId: readText(row, 'document_id'),
    version: readNumber(row, 'version'),
    value: JSON.parse(readText(row, 'document')) as unknown,
  };
}
