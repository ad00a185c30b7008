import type { Session } from 'chdb';
import type { SqlParameter } from '../sql-driver.js';
import { fieldAssignment, parameterAssignment, placeholdersOf, settingAssignments } from './sql-literals.js';

/** Values by name, already written as SQL. */
export type SessionSettings = ReadonlyMap<string, string>;

/** A statement with what must hold while it runs, and only then. */
export interface SessionStatement {
  readonly sql: string;
  readonly settings: SessionSettings;
  readonly parameters: Readonly<Record<string, SqlParameter>>;
  /** Values of further placeholders, written as the engine's HTTP protocol writes them. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Rows for one table, in a text format that cannot hold a blank line. */
export interface SessionInsert {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: Buffer;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/**
 * One engine session, which runs one statement at a time. The engine keeps what a statement sets, so that a token or
 * a limit of one would act on the next: here every setting returns to its base value before the session is free again.
 */
export class EngineSession {
  readonly #open: () => Session;
  readonly #base: SessionSettings;
  #session: Session;
  #isReady = false;

  constructor(options: { readonly open: () => Session; readonly base: SessionSettings }) {
    this.#open = options.open;
    this.#base = options.base;
    this.#session = options.open();
  }

  /** Runs one statement to its end and returns the bytes of its result. */
  async run({ sql, settings, parameters, fields = {} }: SessionStatement): Promise<Uint8Array> {
    for (const name of placeholdersOf(sql)) {
      if (!Object.hasOwn(parameters, name) && !Object.hasOwn(fields, name))
        throw new Error(`the statement needs a value for {${name}}`);
    }
    await this.#prepare();
    const own = this.#differingFromBase(settings);
    const assignments = Object.entries(parameters).map(([name, value]) => parameterAssignment(name, value));
    for (const [name, text] of Object.entries(fields)) assignments.push(fieldAssignment(name, text));
    if (own.size > 0) assignments.unshift(settingAssignments(own));
    const prologue = assignments.length === 0 ? '' : `SET ${assignments.join(', ')}; `;
    try {
      const result = await this.#session.queryAsync(prologue + sql);
      return result.bytes();
    } finally {
      await this.#restore(own);
    }
  }

  /** Stores rows; the settings are part of the statement and cannot outlive it. */
  async insert({ table, columns, rows, settings }: SessionInsert): Promise<void> {
    await this.#prepare();
    await this.#session.insert({ table, columns, values: rows, format: 'JSONCompactEachRow', settings });
  }

  close(): void {
    this.#session.close();
  }

  async #prepare(): Promise<void> {
    if (this.#isReady) return;
    if (this.#base.size > 0) await this.#session.queryAsync(`SET ${settingAssignments(this.#base)}`);
    this.#isReady = true;
  }

  /** What holds in this session anyway need be neither set nor restored: most reads then take one call. */
  #differingFromBase(settings: SessionSettings): SessionSettings {
    return new Map([...settings].filter(([name, value]) => this.#base.get(name) !== value));
  }

  /** A session whose settings cannot be restored is replaced: a leak is worse than the cost of a new one. */
  async #restore(settings: SessionSettings): Promise<void> {
    if (settings.size === 0) return;
    const restored = new Map([...settings.keys()].map((name) => [name, this.#base.get(name) ?? 'DEFAULT']));
    try {
      await this.#session.queryAsync(`SET ${settingAssignments(restored)}`);
    } catch {
      this.#session.close();
      this.#session = this.#open();
      this.#isReady = false;
    }
  }
}
