import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedStore } from '@culprit/store';
import { Session, drainPending } from 'chdb';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineSession } from '../../libs/store/src/chdb/engine-session.js';
import { openEmbeddedDriver } from '../../libs/store/src/chdb/embedded-driver.js';
import { encodeRows } from '../../libs/store/src/encoding/row-json.js';
import { runMigrations } from '../../libs/store/src/migration-runner.js';
import type { SqlDriver } from '../../libs/store/src/sql-driver.js';

const root = mkdtempSync(join(tmpdir(), 'culprit-engine-'));
const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let number = 0;

afterAll(() => rmSync(root, { recursive: true, force: true }));

const select = async (driver: SqlDriver, sql: string, parameters = {}): Promise<Record<string, unknown>> => ({
  ...(await driver.query({ name: 'test', sql, parameters }))[0],
});

describe('embedded driver', () => {
  let driver: SqlDriver;

  beforeEach(async () => {
    driver = await openEmbeddedDriver({ directory: join(root, `db-${number++}`) });
    await driver.command(
      'create',
      'CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100',
    );
  });
  afterEach(() => driver.close());

  const insert = (values: readonly number[], deduplicationToken: string): Promise<void> =>
    driver.insert({
      table: 't',
      columns: ['a'],
      rows: encodeRows(values.map((a) => [a])),
      deduplicationToken,
    });

  it('stores two inserts with one token once, and does not carry the token over to the next', async () => {
    await insert([1, 2], 'one');
    await insert([1, 2], 'one');
    await insert([3], 'two');
    await insert([1, 2], 'three');
    expect(await select(driver, 'SELECT count() AS n, sum(a) AS s FROM t')).toEqual({ n: '5', s: '9' });
  });

  it('leaves no setting and no limit of one statement to the next, failed or not', async () => {
    const setting = 'SELECT getSetting({name:String}) AS value';
    for (const sql of ['SELECT 1 AS value', 'SELECT nonsense']) {
      await Promise.allSettled([1, 2, 3, 4].map(() => select(driver, sql)));
      const [a, b] = await Promise.all(
        [1, 2].map(() => select(driver, `${setting}, getSetting('readonly') AS r`, { name: 'max_threads' })),
      );
      expect(a).toEqual({ value: 2, r: 2 });
      expect(b).toEqual(a);
    }
    await driver.command('create', 'CREATE TABLE u (a UInt64) ENGINE = MergeTree ORDER BY a');
  });

  it('keeps 64-bit numbers exact', async () => {
    await insert([0], 'zero');
    const value = 18_446_744_073_709_551_615n;
    await driver.insert({
      table: 't',
      columns: ['a'],
      rows: encodeRows([[value]]),
      deduplicationToken: 'max',
    });
    expect(await select(driver, 'SELECT a FROM t WHERE a >= {a:UInt64}', { a: value })).toEqual({
      a: String(value),
    });
  });

  it('gives every one of many statements at a time its own parameters', async () => {
    const texts = Array.from({ length: 60 }, (_, i) => `text ${i} '\\`);
    const rows = await Promise.all(texts.map((x) => select(driver, 'SELECT {x:String} AS x', { x })));
    expect(rows.map((row) => row['x'])).toEqual(texts);
  });

  it('refuses a statement whose parameter has no value, rather than using the last one', async () => {
    await select(driver, 'SELECT {x:String} AS x', { x: 'secret' });
    await expect(select(driver, 'SELECT {x:String} AS x')).rejects.toThrow(/refused/);
  });

  it('refuses rows with a blank line: the engine would run what follows', async () => {
    const rows = Buffer.from('[1]\n\nDROP TABLE t\n');
    await expect(
      driver.insert({ table: 't', columns: ['a'], rows, deduplicationToken: 'x' }),
    ).rejects.toMatchObject({ code: 'CULPRIT_STORE_BAD_PAYLOAD' });
    expect(await select(driver, 'SELECT count() AS n FROM t')).toEqual({ n: '0' });
  });

  it('reads and writes beside a slow read', async () => {
    const order: string[] = [];
    const slow = select(driver, 'SELECT sleep(3)').then(() => order.push('slow read'));
    await insert([1], 'one').then(() => order.push('write'));
    await select(driver, 'SELECT 1').then(() => order.push('read'));
    await slow;
    expect(order).toEqual(['write', 'read', 'slow read']);
  });

  it('cannot write through a read', async () => {
    for (const sql of ['DROP TABLE t', 'INSERT INTO t VALUES (1)', 'SET readonly = 0']) {
      await expect(driver.query({ name: 'test', sql })).rejects.toMatchObject({
        code: 'CULPRIT_STORE_STATEMENT_FAILED',
      });
    }
    expect(await select(driver, 'SELECT count() AS n FROM t')).toEqual({ n: '0' });
  });

  it('ends a read that runs too long or needs too much memory, and goes on', async () => {
    const limits = 'SETTINGS max_execution_time = 1';
    await expect(
      select(driver, `SELECT sum(number) FROM numbers(1000000000000) ${limits}`),
    ).rejects.toMatchObject({
      code: 'CULPRIT_STORE_TIMEOUT',
      isRetryable: true,
    });
    await expect(
      select(driver, 'SELECT uniqExact(number) FROM numbers(100000000) SETTINGS max_memory_usage = 50000000'),
    ).rejects.toMatchObject({ code: 'CULPRIT_STORE_MEMORY' });
    expect(await select(driver, 'SELECT 1 AS one')).toEqual({ one: 1 });
  });

  it('finishes what is under way before it closes, and refuses what comes after', async () => {
    const read = select(driver, 'SELECT sleep(0.3) AS zero');
    const write = insert([1], 'one');
    const closed = Promise.all([driver.close(), driver.close()]);
    expect(await read).toEqual({ zero: 0 });
    await write;
    await closed;
    await expect(select(driver, 'SELECT 1')).rejects.toMatchObject({ code: 'CULPRIT_STORE_CLOSED' });
  });

  it('refuses more waiting statements than it can hold', async () => {
    const calls = Array.from({ length: 400 }, () => select(driver, 'SELECT sleep(0.01)'));
    const ends = await Promise.allSettled(calls);
    const refused = ends.filter((end) => end.status === 'rejected');
    expect(refused.length).toBe(400 - 2 - 256);
    expect(refused[0]?.reason).toMatchObject({ code: 'CULPRIT_STORE_BUSY', isRetryable: true });
  });
});

describe('engine session', () => {
  it('returns every setting to its base value, also after a failure', async () => {
    const directory = join(root, 'session');
    const base = new Map([['max_threads', '2']]);
    const session = new EngineSession({ open: () => new Session(directory), base });
    const settings = new Map([
      ['max_threads', '1'],
      ['max_result_rows', '7'],
    ]);
    const run = async (sql: string, own = new Map<string, string>()): Promise<string> =>
      Buffer.from(await session.run({ sql, settings: own, parameters: {} })).toString();
    const values = "SELECT getSetting('max_threads'), getSetting('max_result_rows') FORMAT TSV";
    expect(await run(values)).toBe('2\t0\n');
    expect(await run(values, settings)).toBe('1\t7\n');
    expect(await run(values)).toBe('2\t0\n');
    await expect(run('SELECT nonsense', settings)).rejects.toThrow(/Code: 47/);
    await expect(run('SELECT 1', new Map([...settings, ['no_such_setting', '1']]))).rejects.toThrow(
      /Code: 115/,
    );
    expect(await run(values)).toBe('2\t0\n');
    session.close();
    await drainPending();
  });
});

describe('opening an embedded store', () => {
  it('keeps data and schema over a restart', async () => {
    const directory = join(root, 'restart');
    const first = await createEmbeddedStore({ directory, logger });
    await first.templates.save(
      [
        {
          environment: 'e',
          logType: 't',
          templateId: '00000000000000aa' as never,
          text: 'x',
          canonicalId: '00000000000000aa' as never,
        },
      ],
      1,
    );
    await first.close();
    const second = await createEmbeddedStore({ directory, logger });
    expect((await second.templates.search({ pageSize: 1 })).total).toBe(1);
    await second.close();
  });

  it('says which process is in the way when the directory is taken', async () => {
    const directory = join(root, 'taken');
    const script = `const { Session } = require('chdb'); new Session(${JSON.stringify(directory)});
      process.stdout.write('open'); process.stdin.resume();`;
    const holder = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    await expect(createEmbeddedStore({ directory, logger })).rejects.toMatchObject({
      code: 'CULPRIT_STORE_DIRECTORY_LOCKED',
      message: `another Culprit process uses ${directory} (process ${holder.pid})`,
    });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await (await createEmbeddedStore({ directory, logger })).close();
  });

  it('opens one directory at a time', async () => {
    const store = await createEmbeddedStore({ directory: join(root, 'one'), logger });
    await expect(createEmbeddedStore({ directory: join(root, 'two'), logger })).rejects.toMatchObject({
      code: 'CULPRIT_STORE_DIRECTORY_LOCKED',
    });
    await store.close();
  });

  it('says so when it may not write to the directory', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    await expect(createEmbeddedStore({ directory: join(file, 'data'), logger })).rejects.toMatchObject({
      code: 'CULPRIT_STORE_DIRECTORY_DENIED',
    });
  });

  it('stops when a migration that ran was edited or is unknown', async () => {
    const driver = await openEmbeddedDriver({ directory: join(root, 'edited') });
    const sql = 'CREATE TABLE IF NOT EXISTS x (a UInt8) ENGINE = MergeTree ORDER BY a';
    const migration = { version: 1, name: '0001_create_x', sql };
    await runMigrations(driver, { migrations: [migration], logger });
    await runMigrations(driver, { migrations: [{ ...migration, sql: `${sql}\r\n`.trimEnd() }], logger });
    for (const migrations of [[{ ...migration, sql: `${sql} -- edited` }], []]) {
      await expect(runMigrations(driver, { migrations, logger })).rejects.toMatchObject({
        code: 'CULPRIT_STORE_MIGRATION_CHANGED',
      });
    }
    await driver.close();
  });
});
