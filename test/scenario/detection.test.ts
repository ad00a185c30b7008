import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from '@culprit/kernel';
import type { Evidence } from '@culprit/scoring';
import { afterAll, describe, expect, it } from 'vitest';
import { ablations, withoutKinds } from '../quality/detection/ablations.js';
import { isAsCommandLine, isDeterministic, nestingFault } from '../quality/detection/checks.js';
import { isCaused, LineCounts } from '../quality/detection/counterfactual.js';
import { CULPRIT, evaluate } from '../quality/detection/evaluate.js';
import { methodRow, valueOf } from '../quality/detection/figures.js';
import { judgeTold } from '../quality/detection/judge-told.js';
import { farmCases, shopCase } from '../quality/detection/scenario-cases.js';
import { isWithinFactor } from '../quality/detection/soak.js';
import { bootstrap, share } from '../quality/detection/statistics.js';
import type { Truth } from '../quality/detection/case.js';
import type { Told } from '../quality/detection/told.js';

const MINUTE = 60_000;

const truth: Truth = {
  judgedFrom: 30 * MINUTE,
  onset: 60 * MINUTE,
  end: 64 * MINUTE,
  aftermathMillis: 10 * MINUTE,
  hasOpenKey: false,
  hasRootLines: true,
  isCulprit: ({ logType }) => logType === 'shop/db',
  isRoot: (text) => text.includes('disk failed'),
  isSymptom: (text) => text.includes('refused'),
};

function told(minute: number, texts: readonly string[], logType = 'shop/web'): Told {
  const lines = texts.map((text) => ({ timeMillis: minute * MINUTE, logType, host: '', text }));
  return {
    title: texts[0] ?? '',
    start: minute * MINUTE,
    end: (minute + 1) * MINUTE,
    created: (minute + 1) * MINUTE,
    ranked: lines,
    inOrder: lines.toReversed(),
    hallmarks: lines.slice(0, 1),
    places: lines,
    significance: 'high',
  };
}

describe('the judge of detection', () => {
  it('ranks the first root line and the culprit', () => {
    const verdict = judgeTold([told(60, ['request refused', 'disk failed'])], truth);
    expect(verdict).toMatchObject({
      isDetected: true,
      minutes: 1,
      rootRank: 2,
      shownRank: 1,
      serviceRank: Infinity,
      isHallmarkRight: true,
      isHallmarkRoot: false,
      corePrecision: 1,
      wrong: [],
    });
  });

  it('takes a report that names the culprit alone, without calling its lines right', () => {
    const verdict = judgeTold([told(61, ['cache miss'], 'shop/db')], truth);
    expect(verdict).toMatchObject({ isDetected: true, serviceRank: 1, rootRank: Infinity, corePrecision: 0 });
  });

  it('calls a report false that says something else, came too early, or tells of an earlier line of the kind', () => {
    for (const one of [told(62, ['cache miss']), told(40, ['disk failed']), told(80, ['disk failed'])])
      expect(judgeTold([one], truth)).toMatchObject({ isDetected: false, wrong: [one] });
    expect(judgeTold([told(10, ['cache miss'])], truth).wrong, 'the first half hour is free').toEqual([]);
  });
});

describe('what a fault caused', () => {
  it('is what the other run does not have, or has much more or less often', () => {
    const [fault, control] = [new LineCounts(0), new LineCounts(0)];
    for (let i = 0; i < 60; i++) {
      control.add(i * 1000, `served request ${String(i)}`);
      if (i < 5) fault.add(i * 1000, `served request ${String(i)}`);
      fault.add(i * 1000, `tick ${String(i)}`);
      control.add(i * 1000, `tick ${String(i)}`);
    }
    fault.add(1000, 'pod db-7f9c4d5b6f-x2x4z died');
    control.add(-1, 'pod db-6c9f8d7b5c-b7c9d started');
    const caused = (text: string): boolean => isCaused(text, { from: 0, to: MINUTE }, { fault, control });
    expect(caused('pod db-7f9c4d5b6f-x2x4z died')).toBe(true);
    expect(caused('served request 3')).toBe(true);
    expect(caused('tick 3')).toBe(false);
    expect(caused('pod db-7f9c4d5b6f-x2x4z started'), 'names that are generated make no difference').toBe(
      false,
    );
  });
});

describe('figures', () => {
  it('have an interval that holds the true share of seeded samples nineteen times in twenty', () => {
    const rng = createRng(3);
    let held = 0;
    for (let trial = 0; trial < 60; trial++) {
      const cases = Array.from({ length: 60 }, () => rng.next() < 0.7);
      const { low, high } = bootstrap(cases, (sample) => share(sample, (one) => one));
      if (low <= 0.7 && high >= 0.7) held++;
    }
    expect(held).toBeGreaterThanOrEqual(51);
  });

  it('allow a soak one report more or less, then a factor of two', () => {
    expect(isWithinFactor(0.1, 1 / 7, 7)).toBe(true);
    expect(isWithinFactor(0.3, 4 / 7, 7)).toBe(true);
    expect(isWithinFactor(0.3, 5 / 7, 7)).toBe(false);
    expect(isWithinFactor(3, 9 / 7, 7)).toBe(false);
  });
});

describe('a fault of the shop, whole', () => {
  const one = shopCase('db-down', 1, 20_000);
  const { evaluation } = evaluate(one, undefined);

  it('is judged for the detector, every ablation and every baseline', () => {
    expect([...evaluation.verdicts.keys()]).toEqual(
      expect.arrayContaining([
        CULPRIT,
        'without novelty',
        'B0 error words',
        'B4 isolation forest (told when)',
      ]),
    );
    expect(methodRow(CULPRIT, [evaluation])).toMatchObject({ cases: 1, recall: '1.00 (1.00–1.00)' });
    expect(valueOf('root@core', [evaluation])).toBe(1);
  });

  it('has reports whose zoom levels nest', () => {
    expect(evaluation.reports.map(nestingFault)).toEqual(evaluation.reports.map(() => ''));
    const [report] = evaluation.reports;
    if (report === undefined) throw new Error('there is no report');
    expect(nestingFault({ ...report, coreEvents: [...report.coreEvents, ...report.coreEvents] })).not.toBe(
      '',
    );
    expect(nestingFault({ ...report, relatedCounts: { 1: 40, 2: 30, 3: 50 } })).not.toBe('');
  });
});

describe('what is judged', () => {
  const directory = mkdtempSync(join(tmpdir(), 'culprit-detection-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  const one = farmCases([1]).find(({ kind }) => kind === 'schema-changed');
  if (one === undefined) throw new Error('there is no such case');

  it('is what the command line publishes for the same files', async () => {
    expect(await isAsCommandLine(one, directory)).toBe(true);
  });

  it('is the same bytes twice', () => {
    expect(isDeterministic(one)).toBe(true);
  });
});

describe('an ablation', () => {
  const evidence: readonly Evidence[] = [
    { kind: 'novelty', probability: 1e-6, sentence: 'first time' },
    { kind: 'rate-up', probability: 1e-2, sentence: 'more than usual' },
  ];
  const anomaly = { surprise: 14, evidence };

  it('lowers surprise by what the lost test was better than the next', () => {
    expect(withoutKinds(anomaly, ['novelty'])?.surprise).toBeCloseTo(14 - Math.log(1e4), 9);
    expect(withoutKinds(anomaly, ['rate-up'])?.surprise).toBeCloseTo(14, 9);
    expect(withoutKinds(anomaly, ['silence'])).toBe(anomaly);
  });

  it('leaves nothing of what rests on the lost test alone', () => {
    expect(withoutKinds(anomaly, ['novelty', 'rate-up'])).toBeUndefined();
    expect(ablations.map(({ name }) => name)).toContain('without badness');
  });
});
