import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, asyncProperty, constantFrom, nat, oneof, record, type Arbitrary } from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PartitionLog } from './partition-log.js';
import { openSegmentLog } from './segment-log.js';
import type { OpenAppendFile } from './segment-writer.js';

type Fault = 'none' | 'write' | 'sync' | 'sync and truncate';
type Step =
  | { readonly kind: 'append'; readonly sizes: readonly number[]; readonly fault: Fault }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'discard'; readonly share: number }
  | { readonly kind: 'read'; readonly share: number; readonly maxRecords: number };

const step: Arbitrary<Step> = oneof(
  {
    weight: 4,
    arbitrary: record({
      kind: constantFrom('append' as const),
      sizes: array(nat({ max: 300 }), { minLength: 1, maxLength: 4 }),
      fault: constantFrom<Fault>('none', 'none', 'none', 'write', 'sync', 'sync and truncate'),
    }),
  },
  { weight: 1, arbitrary: record({ kind: constantFrom('reopen' as const) }) },
  { weight: 1, arbitrary: record({ kind: constantFrom('discard' as const), share: nat({ max: 100 }) }) },
  {
    weight: 2,
    arbitrary: record({
      kind: constantFrom('read' as const),
      share: nat({ max: 100 }),
      maxRecords: nat({ max: 5 }).map((count) => count + 1),
    }),
  },
);

const numRuns = 60;
let root: string;
let runs = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'culprit-model-'));
});
afterAll(() => rm(root, { recursive: true }));

/** A log beside the plain list of what it acknowledged. */
class Subject {
  readonly #directory = join(root, String(runs++));
  /** Values by offset; the model never forgets, the log may forget what was discarded. */
  readonly #values: string[] = [];
  /** Appends refused after they may have reached the disk: an open may find the front of one, and then it counts. */
  #uncertain: (readonly string[])[] = [];
  #discarded = 0;
  #fault: Fault = 'none';
  #log: PartitionLog | undefined;

  get log(): PartitionLog {
    if (this.#log === undefined) throw new Error('not open');
    return this.#log;
  }

  async open(): Promise<void> {
    await this.#log?.close();
    this.#log = await openSegmentLog({
      directory: this.#directory,
      topic: 't',
      partition: 0,
      minEndOffset: 0,
      segmentBytes: 900,
      tailBytes: 500,
      onAppended() {},
      damage: { truncatedBytes: 0, corruptBytes: 0 },
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      openFile: this.#openFile,
    });
    await this.#adoptUncertain();
  }

  async #adoptUncertain(): Promise<void> {
    const found: string[] = [];
    while (this.#values.length + found.length < this.log.endOffset) {
      const records = await this.log.read(this.#values.length + found.length, {
        maxRecords: 9,
        maxBytes: 1e6,
      });
      ok(records.length > 0, 'records of an unknown append');
      found.push(...records.map(({ value }) => new TextDecoder().decode(value)));
    }
    const isFront = (texts: readonly string[]) => found.every((text, index) => texts[index] === text);
    ok(found.length === 0 || this.#uncertain.some(isFront), `${found.length} records from nowhere`);
    this.#values.push(...found);
    this.#uncertain = [];
  }

  async append(sizes: readonly number[], fault: Fault): Promise<void> {
    const texts = sizes.map((size, index) => `${this.#values.length + index}:${runs}`.padEnd(size, '.'));
    this.#fault = fault;
    const appended = this.log.append(
      texts.map((text) => ({ key: '', value: new TextEncoder().encode(text) })),
    );
    const result = await appended.then(
      (offset) => offset,
      () => 'refused' as const,
    );
    this.#fault = 'none';
    if (result === 'refused') {
      notEqual(fault, 'none');
      if (fault === 'sync and truncate') this.#uncertain.push(texts);
      return;
    }
    equal(result, this.#values.length);
    this.#values.push(...texts);
    this.#uncertain = [];
  }

  async discard(share: number): Promise<void> {
    const offset = Math.floor((this.#values.length * share) / 100);
    this.#discarded = Math.max(this.#discarded, offset);
    await this.log.discardBefore(offset);
    ok(this.log.startOffset <= this.#discarded, 'deleted too much');
  }

  /** Reads from somewhere to the end, in small steps, and compares every record. */
  async read(share: number, maxRecords: number): Promise<void> {
    let at = Math.max(Math.floor((this.#values.length * share) / 100), this.log.startOffset);
    equal(this.log.endOffset, this.#values.length);
    while (at < this.#values.length) {
      const records = await this.log.read(at, { maxRecords, maxBytes: 700 });
      ok(records.length > 0, `nothing at ${at}`);
      for (const { offset, value } of records) {
        deepEqual([offset, new TextDecoder().decode(value)], [at, this.#values[at]]);
        at += 1;
      }
    }
    this.log.passed(at);
  }

  readonly #openFile: OpenAppendFile = async (path, flags) => {
    const file = await open(path, flags);
    const failIf = (...faults: readonly Fault[]) => {
      if (faults.includes(this.#fault)) throw Object.assign(new Error('planted'), { code: 'ENOSPC' });
    };
    return {
      writev: async (buffers, position) => {
        if (this.#fault === 'write') await file.writev([new Uint8Array(9)], position);
        failIf('write');
        return file.writev([...buffers], position);
      },
      datasync: async () => failIf('sync', 'sync and truncate'),
      truncate: async (length) => {
        failIf('sync and truncate');
        await file.truncate(length);
      },
      close: () => file.close(),
    };
  };
}

async function run(subject: Subject, action: Step): Promise<void> {
  switch (action.kind) {
    case 'append':
      return subject.append(action.sizes, action.fault);
    case 'reopen':
      return subject.open();
    case 'discard':
      return subject.discard(action.share);
    case 'read':
      return subject.read(action.share, action.maxRecords);
  }
}

it('behaves like a list that keeps what was acknowledged, through faults, restarts and deletions', async () => {
  const behaves = asyncProperty(array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
    const subject = new Subject();
    await subject.open();
    for (const action of steps) await run(subject, action);
    await subject.read(0, 3);
    await subject.open();
    await subject.read(0, 3);
    await subject.log.close();
  });
  await expect(assert(behaves, { numRuns, seed: 20_260_301 })).resolves.toBeUndefined();
});
