import { encodeUtf8 } from '@culprit/kernel';
import { EnvelopeReader } from '@culprit/records';
import { ruleIdOf, type RuleChange, type TemplateRule } from '@culprit/scoring';
import { describe, expect, it } from 'vitest';
import { Analysis } from './analysis.js';
import { StructuringStage } from './structuring-stage.js';

const start = Date.UTC(2026, 2, 1, 8);
const about = { environment: '', logType: '' };

function line(second: number, log: string): string {
  return JSON.stringify({ time: new Date(start + second * 1_000).toISOString(), service: 'web', log });
}

/** A minute of every kind, then trouble. */
const lines = Array.from({ length: 60 }, (_, i) => [
  line(i, `INFO cache hit ${i}`),
  line(i, `INFO cache miss ${i}`),
  line(i, `INFO state of pump is ${i % 7 === 0 ? 'failed' : `ok${i}`}`),
  line(i, `WARN retrying job ${i}`),
]).flat();

function change(rule: TemplateRule, version = 1): RuleChange {
  return { ruleId: ruleIdOf(rule), version, rule };
}

const merge = change({ kind: 'merge', ...about, templates: ['cache hit <*>', 'cache miss <*>'] });
const split = change({
  kind: 'split',
  ...about,
  templates: ['state of pump is <*>'],
  wildcard: 1,
  words: ['failed'],
});
const mute = change({
  kind: 'mute',
  ...about,
  templates: ['retrying job <*>'],
  untilMillis: Infinity,
  reason: 'known',
});
const rules = [merge, split, mute];

const read = (text: readonly string[]): ReturnType<EnvelopeReader['read']>['batch'] =>
  new EnvelopeReader({ defaults: { environment: 'test', file: 'f' } }).read(
    encodeUtf8(`${text.join('\n')}\n`),
    'ndjson',
    Number.NaN,
  ).batch;

/** Texts with their counts, by text. */
function countsOf(templateRules: readonly RuleChange[], input = lines): Record<string, number> {
  const analysis = new Analysis({ lanes: 1, templateRules, keptExamples: 1 });
  analysis.push(0, read(input));
  analysis.finishLane(0);
  analysis.finish();
  const found = analysis.templates().filter(({ count }) => count > 0);
  return Object.fromEntries(found.map(({ text, count }) => [text, count]));
}

const sum = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

describe('rules about templates', () => {
  it('merge and split what was learned, and lose no record', () => {
    const counts = countsOf(rules);
    expect(counts).toMatchObject({
      'cache <*> <*>': 120,
      'state of pump is failed': 9,
      'state of pump is <*>': 51,
      'retrying job <*>': 60,
    });
    expect(sum(counts)).toBe(lines.length);
  });

  it('give the same in any order of rules', () => {
    expect(countsOf(rules.toReversed())).toEqual(countsOf(rules));
  });

  it('change nothing where their texts do not occur', () => {
    const stranger = change({ kind: 'merge', ...about, templates: ['no such <*>', 'thing <*>'] });
    expect(countsOf([stranger])).toEqual(countsOf([]));
  });

  it('hold only in the log type they name', () => {
    const elsewhere = change({
      ...about,
      kind: 'merge',
      logType: 'db',
      templates: ['cache hit <*>', 'cache miss <*>'],
    });
    expect(countsOf([elsewhere])).toEqual(countsOf([]));
  });

  it('hold after a restart as before it, and when they come late', () => {
    const first = new StructuringStage({ lane: 0 });
    first.push(0, read(lines.slice(0, 120)));
    first.applyRules(1, rules);
    const second = StructuringStage.restore(first.snapshot(), { lane: 0 });
    expect(second.rules).toEqual(first.rules);
    const rest = read(lines.slice(120));
    const expected = JSON.stringify(countsIn(first.push(2, rest)));
    expect(JSON.stringify(countsIn(second.push(2, rest)))).toBe(expected);
    expect(second.snapshot()).toEqual(first.snapshot());
  });

  it('are known by what they are about: a newer version replaces, an older one does nothing', () => {
    const stage = new StructuringStage({ lane: 0 });
    stage.applyRules(0, [{ ...mute, version: 2, rule: undefined }]);
    stage.applyRules(1, [mute]);
    expect(stage.rules).toEqual([]);
  });
});

function countsIn({ batch }: ReturnType<StructuringStage['push']>): unknown {
  return batch.counts.map(({ templateId, count, binStart }) => [templateId, count, binStart]);
}

const silence = (untilMillis: number): RuleChange =>
  change({
    kind: 'mute',
    ...about,
    templates: ['cannot reach stock: connection refused, attempt <*>'],
    untilMillis,
    reason: 'known',
  });

describe('a muted template', () => {
  /** Forty minutes of quiet, then errors of one kind every second for two minutes. */
  const story = Array.from({ length: 42 * 60 }, (_, i) => [
    line(i, `INFO request ${i} took ${i % 90} ms`),
    ...(i >= 40 * 60 ? [line(i, `ERROR cannot reach stock: connection refused, attempt ${i}`)] : []),
  ]).flat();

  function reports(templateRules: readonly RuleChange[]): number {
    const analysis = new Analysis({ lanes: 1, templateRules });
    analysis.push(0, read(story));
    analysis.finishLane(0);
    analysis.finish();
    return analysis.reports().length;
  }

  it('is not reported', () => {
    expect(reports([])).toBe(1);
    expect(reports([silence(Infinity)])).toBe(0);
  });

  it('is reported again when its time is over', () => {
    expect(reports([silence(start + 20 * 60_000)])).toBe(1);
  });
});
