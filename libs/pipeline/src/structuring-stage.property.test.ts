import { encodeUtf8 } from '@culprit/kernel';
import { EnvelopeReader } from '@culprit/records';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StructuringStage, type Structured } from './structuring-stage.js';

const runs = { seed: 20_260_304, numRuns: 40 };

const text = fc.oneof(
  fc
    .tuple(fc.constantFrom('ann', 'bob', 'cleo', 'dan'), fc.nat(999))
    .map(([a, n]) => `user ${a} opened ${n} files`),
  fc.nat(99_999).map((n) => `request ${n} took ${n % 70} ms`),
  fc.constantFrom('ready', 'cache is cold', 'ERROR disk full on /data'),
);
const batch = fc.array(text, { minLength: 1, maxLength: 25 });
const batches = fc.array(batch, { minLength: 1, maxLength: 8 });

/** Pushes one batch of lines, a second apart from line to line, and keeps what came out. */
function deliver(stage: StructuringStage, sequence: number, lines: readonly string[]): Outcome {
  const records = lines.map((line, i) => {
    const time = new Date(Date.UTC(2026, 2, 3, 9, sequence, i)).toISOString();
    return `${JSON.stringify({ time, service: 'shop', log: line })}\n`;
  });
  const reader = new EnvelopeReader({ defaults: { environment: 'test' } });
  const read = reader.read(encodeUtf8(records.join('')), 'ndjson', Number.NaN);
  return copyOf(stage.push(sequence, read.batch));
}

/** What came out, copied: the stage reuses its rows. */
interface Outcome {
  readonly counted: Structured['batch'];
  readonly templateOfRecord: readonly (string | undefined)[];
  readonly templates: Structured['rows']['templates'];
}

function copyOf({ batch: counted, rows }: Structured): Outcome {
  const indices = [...rows.templateIndex.subarray(0, rows.records.length)];
  const templateOfRecord = indices.map((index) => rows.templateIds[index]);
  return { counted, templateOfRecord, templates: rows.templates };
}

describe('delivery', () => {
  it('that is repeated after a restart from a snapshot has the same outcome', () => {
    fc.assert(
      fc.property(batches, fc.nat(), (log, at) => {
        const stage = new StructuringStage({ lane: 0 });
        const saveAt = at % log.length;
        let snapshot = stage.snapshot();
        const outcomes = log.map((lines, sequence) => {
          if (sequence === saveAt) snapshot = stage.snapshot();
          return deliver(stage, sequence, lines);
        });
        const restored = StructuringStage.restore(snapshot, { lane: 0 });
        expect(restored.lastSequence).toBe(saveAt - 1);
        const again = log.slice(saveAt).map((lines, i) => deliver(restored, saveAt + i, lines));
        expect(again).toEqual(outcomes.slice(saveAt));
        expect(restored.snapshot()).toEqual(stage.snapshot());
      }),
      runs,
    );
  });

  it('of lines that are known teaches nothing', () => {
    fc.assert(
      fc.property(batches, (log) => {
        const stage = new StructuringStage({ lane: 0 });
        log.forEach((lines, sequence) => deliver(stage, sequence, lines));
        stage.flush(log.length);
        const again = log.map((lines, i) => deliver(stage, log.length + 1 + i, lines));
        const last = copyOf(stage.flush(2 * log.length + 1));
        expect([...again, last].flatMap(({ templates }) => templates)).toEqual([]);
      }),
      runs,
    );
  });
});

/** Values of every kind that JSON has. */
const value = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.constantFrom('bob', 'Bob Smith', 'a-17', '', 'x=y "z"'),
  fc.array(fc.constantFrom<string | number>('a', 'b c', 7), { maxLength: 4 }),
);
const members = fc.dictionary(
  fc.constantFrom('user', 'took', 'shard', 'region', 'attempt'),
  fc.oneof(value, fc.dictionary(fc.constantFrom('id', 'path', 'n'), value, { maxKeys: 3 })),
);

/** The same object with its members, at every depth, in an order that `seed` decides. */
function reordered(object: object, seed: number): object {
  const entries = Object.entries(object).map(([key, of]): [string, unknown] => [
    key,
    of !== null && typeof of === 'object' && !Array.isArray(of) ? reordered(of as object, seed) : of,
  ]);
  const rank = (key: string): number => Math.imul(seed + key.length, key.charCodeAt(0) * 2_654_435_761) >>> 0;
  return Object.fromEntries(entries.toSorted(([a], [b]) => rank(a) - rank(b)));
}

function templatesOf(objects: readonly object[]): readonly (string | undefined)[] {
  return templatesOfLines(objects.map((object) => JSON.stringify(object)));
}

function templatesOfLines(lines: readonly string[]): readonly (string | undefined)[] {
  const stage = new StructuringStage({ lane: 0 });
  const first = deliver(stage, 0, lines);
  const last = copyOf(stage.flush(1));
  const merged = new Map(
    [...first.counted.aliases, ...last.counted.aliases].map(({ templateId, into }) => [templateId, into]),
  );
  return [...first.templateOfRecord, ...last.templateOfRecord].map((id) => {
    let at = id;
    for (let into = at; into !== undefined; into = merged.get(into as never)) at = into;
    return at;
  });
}

describe('JSON bodies', () => {
  it('of the same members in any order have one template', () => {
    fc.assert(
      fc.property(
        members,
        fc.boolean(),
        fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
        (object, hasMessage, seeds) => {
          const body = hasMessage
            ? { msg: 'order placed', error: 'late', ...object }
            : { action: 'order', ...object };
          const templates = templatesOf([body, ...seeds.map((seed) => reordered(body, seed))]);
          expect(new Set(templates).size).toBe(1);
        },
      ),
      runs,
    );
  });

  it('with one message have one template, whichever members they have and of what kind', () => {
    fc.assert(
      fc.property(fc.array(members, { minLength: 1, maxLength: 20 }), (objects) => {
        const templates = templatesOf(objects.map((object) => ({ ...object, message: 'order placed' })));
        expect(templates).toHaveLength(objects.length);
        expect(new Set(templates).size).toBe(1);
      }),
      runs,
    );
  });

  it('that differ in message or failure have templates of their own', () => {
    const templates = templatesOf([
      { message: 'order placed', user: 'bob' },
      { message: 'order lost', user: 'bob' },
      { message: 'order lost', user: 'bob', error: 'no room left' },
      { message: 'order lost', user: 'bob', error: { type: 'Timeout', code: 7 } },
    ]);
    expect(new Set(templates).size).toBe(4);
  });

  it('that say there was no failure have the template of those that say nothing of one', () => {
    const said = [null, '', '-', false, {}, [], 'None', '<nil>'].map((error) => ({
      message: 'order placed',
      error,
    }));
    expect(new Set(templatesOf([{ message: 'order placed' }, ...said])).size).toBe(1);
  });

  it('without a message keep their keys, and no list makes another template by its length', () => {
    const lists = [[], ['a'], ['b', 'c'], ['d', 'e', 'f', 'g', 'h']];
    const templates = templatesOf(lists.map((tags) => ({ action: 'tag', tags })));
    expect(new Set(templates).size).toBe(1);
    expect(
      new Set(
        templatesOf([
          { action: 'a', user: 'b' },
          { action: 'a', host: 'b' },
        ]),
      ).size,
    ).toBe(2);
  });
});

describe('lines of key=value', () => {
  const pairs = fc.uniqueArray(
    fc.constantFrom('user=bob', 'took=31ms', 'path=/a/b', 'note="a b"', 'retry=3', 'caller=a.go:7'),
    { minLength: 1 },
  );

  it('have one template in any order of their pairs', () => {
    fc.assert(
      fc.property(pairs, fc.boolean(), fc.nat(), (chosen, hasMessage, by) => {
        const all = ['level=warn', ...(hasMessage ? ['msg="order placed"'] : []), ...chosen];
        const turned = [...all.slice(by % all.length), ...all.slice(0, by % all.length)];
        const lines = [all, turned, all.toReversed()].map((line) => line.join(' '));
        expect(new Set(templatesOfLines(lines)).size).toBe(1);
      }),
      runs,
    );
  });

  it('with one message have one template, whichever pairs they have', () => {
    fc.assert(
      fc.property(fc.array(pairs, { minLength: 1, maxLength: 8 }), (lines) => {
        const texts = lines.map((line) => `level=info msg="order placed" ${line.join(' ')}`);
        expect(new Set(templatesOfLines(texts)).size).toBe(1);
      }),
      runs,
    );
  });

  it('that say there was no failure have the template of those that say nothing of one', () => {
    const lines = ['', ' err=null', ' err=""', ' error=<nil>'].map(
      (said) => `level=info msg="order placed"${said}`,
    );
    expect(new Set(templatesOfLines(lines)).size).toBe(1);
  });

  it('that say more in words than pairs keep their words', () => {
    const lines = ['level=info took=3ms cache is cold', 'level=info took=3ms cache is warm'];
    expect(new Set(templatesOfLines(lines)).size).toBe(2);
  });
});
