import { encodeUtf8, type TemplateId } from '@culprit/kernel';
import { EnvelopeReader } from '@culprit/records';
import { ruleIdOf, type RuleChange, type TemplateRule } from '@culprit/scoring';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StructuringStage, type Structured } from './structuring-stage.js';
import { TemplateCatalog, type CatalogTemplate } from './template-catalog.js';

const startMillis = Date.UTC(2026, 2, 3, 9);
const place = { environment: '', logType: '' };
const reader = new EnvelopeReader({ defaults: { environment: 'test' } });

function change(version: number, rule: TemplateRule): RuleChange {
  return { ruleId: ruleIdOf(rule), version, rule };
}

function takenBack({ ruleId, version }: RuleChange): RuleChange {
  return { ruleId, version: version + 1, rule: undefined };
}

/** One stage with a catalog of all that left it. */
class Desk {
  readonly catalog = new TemplateCatalog(2);
  readonly controls: Structured['batch']['controls'][number][] = [];
  /** Template of every record, in order. */
  readonly templateOfRecord: TemplateId[] = [];
  stage = new StructuringStage({ lane: 0 });
  lines = 0;
  #second = 0;

  push(...lines: readonly string[]): this {
    const records = lines.map((log) => {
      const time = new Date(startMillis + 1_000 * this.#second++).toISOString();
      return `${JSON.stringify({ time, service: 'shop', log })}\n`;
    });
    this.lines += lines.length;
    const { batch } = reader.read(encodeUtf8(records.join('')), 'ndjson', Number.NaN);
    this.#take(this.stage.push(this.stage.lastSequence + 1, batch));
    // Nothing is left waiting for further lines of its record.
    this.#second += 60;
    return this.#take(this.stage.advance(this.stage.lastSequence + 1, startMillis + 1_000 * this.#second));
  }

  decide(...changes: readonly RuleChange[]): this {
    return this.#take(this.stage.applyRules(this.stage.lastSequence + 1, changes));
  }

  restart(): this {
    this.stage = StructuringStage.restore(this.stage.snapshot(), { lane: 0 });
    return this;
  }

  end(): this {
    return this.#take(this.stage.flush(this.stage.lastSequence + 1));
  }

  /** Text and number of records of every template that has any. */
  counts(): Record<string, number> {
    const used = this.catalog.templates().filter(({ count }) => count > 0);
    return Object.fromEntries(used.map(({ text, count }) => [text, count]));
  }

  find(text: string): CatalogTemplate | undefined {
    return this.catalog.templates().find((template) => template.text === text);
  }

  #take({ batch, rows }: Structured): this {
    this.catalog.addRows(rows);
    this.controls.push(...batch.controls);
    for (let i = 0; i < rows.records.length; i++) {
      const id = rows.templateIds[rows.templateIndex[i] ?? 0];
      if (id !== undefined) this.templateOfRecord.push(id);
    }
    return this;
  }
}

const users = ['ann', 'bob', 'cleo', 'dan'];
const logins = users.map((user, i) => `login of user ${user} took ${i + 5} ms`);
const loginText = 'login of user <*> took <*>';
const pings = ['ping from 10.0.0.1', 'ping from 10.0.0.2', 'ping from 10.0.0.3'];
const pongs = ['pong to 10.0.0.1', 'pong to 10.0.0.2'];

describe('rules about templates', () => {
  it('merge two and give them back', () => {
    const merge = change(1, { ...place, kind: 'merge', templates: ['ping from <*>', 'pong to <*>'] });
    const desk = new Desk()
      .push(...pings, ...pongs)
      .decide(merge)
      .push(...pings, ...pongs);
    expect(desk.counts()).toEqual({ '<*> <*>': 10 });
    desk
      .decide(takenBack(merge))
      .push(...pongs)
      .end();
    expect(desk.counts()).toEqual({ 'ping from <*>': 6, 'pong to <*>': 6 });
  });

  it('split by a value and join the parts again', () => {
    const split = change(1, { ...place, kind: 'split', templates: [loginText], wildcard: 1, words: [] });
    const desk = new Desk()
      .push(...logins)
      .decide(split)
      .push(...logins, ...logins);
    expect(desk.counts()).toEqual({
      [loginText]: 4,
      ...Object.fromEntries(users.map((user) => [`login of user ${user} took <*>`, 2])),
    });
    desk
      .decide(takenBack(split))
      .push(...logins)
      .end();
    expect(desk.counts()).toEqual({ [loginText]: 16 });
  });

  it('keep only the named words apart', () => {
    const split = change(1, { ...place, kind: 'split', templates: [loginText], wildcard: 1, words: ['bob'] });
    const desk = new Desk()
      .decide(split)
      .push(...logins, ...logins)
      .end();
    expect(desk.counts()).toEqual({ [loginText]: 6, 'login of user bob took <*>': 2 });
  });

  it('hold back values beyond the parts of a split, and count them', () => {
    const split = change(1, {
      ...place,
      kind: 'split',
      templates: ['ping from <*>'],
      wildcard: 1,
      words: [],
    });
    const many = Array.from({ length: 130 }, (_, i) => `ping from 10.0.0.${i}`);
    const desk = new Desk()
      .decide(split)
      .push(...many)
      .end();
    expect(desk.counts()['ping from <*>']).toBe(30);
    expect(desk.stage.heldBackRecords).toBe(30);
  });

  it('pin a text that would have become more general', () => {
    const pin = change(1, { ...place, kind: 'pin', templates: ['login of user bob took <*> ms'] });
    const desk = new Desk()
      .decide(pin)
      .push(...logins, ...logins)
      .end();
    expect(desk.counts()).toEqual({ [loginText]: 6, 'login of user bob took <*> ms': 2 });
  });

  it('move the history of a template to the rule and back', () => {
    const rename = change(1, { ...place, kind: 'rename', templates: [loginText], name: 'Login' });
    const desk = new Desk().push(...logins);
    const before = desk.find(loginText)?.templateId;
    desk.decide(rename).push(...logins);
    expect(desk.find(loginText)).toMatchObject({ count: 8, aliases: expect.arrayContaining([before]) });
    desk
      .decide(takenBack(rename))
      .push(...logins)
      .end();
    expect(desk.find(loginText)).toMatchObject({ templateId: before, count: 12 });
  });

  it('name values as the text of the rule does', () => {
    const pin = change(1, { ...place, kind: 'pin', templates: ['login of <*> <*> took <*> ms'] });
    const desk = new Desk().decide(pin);
    const { batch } = reader.read(
      encodeUtf8(`${JSON.stringify({ time: '2026-03-03T09:00:00Z', service: 'shop', log: logins[0] })}\n`),
      'ndjson',
      Number.NaN,
    );
    desk.stage.push(1, batch);
    expect(desk.stage.flush(2).batch.exemplars[0]?.parameters).toEqual(['user', 'ann', '5']);
  });

  it('tell scoring what is mute and until when', () => {
    const mute = change(1, {
      ...place,
      kind: 'mute',
      templates: ['ping from <*>'],
      untilMillis: 5,
      reason: 'known',
    });
    const desk = new Desk()
      .push(...pings)
      .decide(mute)
      .decide(takenBack(mute))
      .end();
    const told = desk.controls.map(({ change: { kind } }) => kind);
    expect(told).toEqual(['muted', 'joined', 'separated', 'unmuted', 'joined']);
  });

  it('do not reach a log type they do not name', () => {
    const pin = change(1, { environment: '', logType: 'other', kind: 'pin', templates: ['ping from <*>'] });
    const desk = new Desk()
      .decide(pin)
      .push(...pings)
      .end();
    const plain = new Desk().push(...pings).end();
    expect(desk.templateOfRecord).toEqual(plain.templateOfRecord);
  });
});

const anyLine = fc.oneof(
  fc.tuple(fc.constantFrom(...users), fc.nat(99)).map(([user, n]) => `login of user ${user} took ${n} ms`),
  fc.nat(20).map((n) => `ping from 10.0.0.${n}`),
  fc.nat(20).map((n) => `pong to 10.0.0.${n}`),
  fc.constantFrom('ready', 'disk full on /data', 'disk full on /var'),
);
const anyRule: fc.Arbitrary<TemplateRule> = fc.constantFrom<TemplateRule>(
  { ...place, kind: 'merge', templates: ['ping from <*>', 'pong to <*>'] },
  { ...place, kind: 'merge', templates: ['pong to <*>', 'ready'] },
  { ...place, kind: 'split', templates: [loginText], wildcard: 1, words: [] },
  { ...place, kind: 'pin', templates: ['login of user bob took <*> ms'] },
  { ...place, kind: 'rename', templates: ['disk full on <*>'], name: 'Disk' },
  { ...place, kind: 'mute', templates: ['ping from <*>'], untilMillis: Infinity, reason: '' },
);
const runs = { seed: 20_261_124, numRuns: 60 };

describe('counts under rules', () => {
  it('add up to the lines after every step, whatever is decided and taken back', () => {
    const step = fc.oneof(
      fc.array(anyLine, { minLength: 1, maxLength: 12 }).map((lines) => ({ lines })),
      fc.tuple(anyRule, fc.boolean()).map(([rule, isTakenBack]) => ({ rule, isTakenBack })),
      fc.constant({ isRestart: true }),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) => {
        const desk = new Desk();
        for (const [i, one] of steps.entries()) {
          if ('lines' in one) desk.push(...one.lines);
          else if ('rule' in one)
            desk.decide({
              ruleId: ruleIdOf(one.rule),
              version: i,
              rule: one.isTakenBack ? undefined : one.rule,
            });
          else desk.restart();
        }
        desk.end();
        const templates = desk.catalog.templates();
        expect(templates.reduce((sum, { count }) => sum + count, 0)).toBe(desk.lines);
        expect(templates.reduce((sum, { lineCount }) => sum + lineCount, 0)).toBe(desk.lines);
      }),
      runs,
    );
  });

  it('are the same in whatever batches lines come, and over a restart at any of them', () => {
    const log = fc.array(anyLine, { minLength: 1, maxLength: 60 });
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(log, cuts, fc.uniqueArray(anyRule, { maxLength: 4 }), (lines, sizes, rules) => {
        const changes = rules.map((rule, i) => change(i + 1, rule));
        const whole = new Desk()
          .decide(...changes)
          .push(...lines)
          .end();
        const cut = new Desk().decide(...changes.toReversed());
        for (let at = 0, turn = 0; at < lines.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          cut.push(...lines.slice(at, at + size)).restart();
          at += size;
        }
        cut.end();
        expect(cut.templateOfRecord).toEqual(whole.templateOfRecord);
        expect(cut.counts()).toEqual(whole.counts());
      }),
      runs,
    );
  });

  it('do not depend on what was learned before where the text of a rule decides', () => {
    const pin = change(1, { ...place, kind: 'pin', templates: ['disk full on <*>'] });
    const fresh = new Desk().decide(pin).push('disk full on /data').end();
    const learned = new Desk().push('disk full on /data', 'disk full on /var', ...pings).decide(pin);
    learned.push('disk full on /data').end();
    expect(learned.templateOfRecord.at(-1)).toBe(fresh.templateOfRecord.at(-1));
  });

  it('do not change when a change comes twice or an older one comes late', () => {
    const merge = change(2, { ...place, kind: 'merge', templates: ['ping from <*>', 'pong to <*>'] });
    const desk = new Desk()
      .decide(merge)
      .push(...pings)
      .decide(merge)
      .decide({ ...takenBack(merge), version: 1 });
    const told = desk.controls.length;
    desk.push(...pongs).end();
    expect(desk.counts()).toEqual({ '<*> <*>': 5 });
    expect(desk.controls.slice(told).every(({ change: { kind } }) => kind !== 'separated')).toBe(true);
  });
});
