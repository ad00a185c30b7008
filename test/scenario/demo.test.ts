import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scenario } from '@culprit/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisResult } from '../quality/analysis.js';
import { analyze } from '../quality/analysis.js';
import { CAUSES, STORY } from '../quality/demo.suite.js';
import type { Verdict } from '../quality/judge.js';
import { judge } from '../quality/judge.js';
import { writeScenario } from '../quality/scenario-file.js';

/**
 * The light form of the demo: its two hours of learning at an eighth of the full load. Shorter learning would change
 * the question, because what is rare is learned by time and not by lines.
 */
const light = { learnMinutes: 120, tailMinutes: 15, eventsPerHour: 140_000 };
const directory = mkdtempSync(join(tmpdir(), 'culprit-scenario-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function describeCores(result: AnalysisResult): string {
  const reports = result.reports.map(
    (report) =>
      `${report.title} (${report.start} to ${report.end})\n${report.coreEvents.map((event) => `    ${event.role} ${event.logType}: ${event.body.slice(0, 140)}`).join('\n')}`,
  );
  return `\nreports:\n${reports.join('\n')}`;
}

describe.each([1, 2])('the demo with network corruption, seed %i', (seed) => {
  let scenario: Scenario;
  let path: string;
  let result: AnalysisResult;
  let verdict: Verdict;

  beforeAll(async () => {
    ({ path, scenario } = writeScenario(directory, { ...light, fault: 'network-corruption', seed }));
    result = await analyze(path, join(directory, `corruption-${String(seed)}.json`));
    verdict = judge(result, scenario.groundTruth, scenario.start);
  });

  it('has a report on the fault with at most fifteen core events', () => {
    expect(verdict.isDetected, `no report shows the fault${describeCores(result)}`).toBe(true);
    expect(verdict.coreSize).toBeLessThanOrEqual(15);
  });

  it('tells the story in four kinds of line', () => {
    const shown = [...verdict.rootsInCore, ...verdict.symptomsInCore];
    expect(shown, `a kind of line is missing from the core${describeCores(result)}`).toEqual(
      expect.arrayContaining([...STORY]),
    );
  });

  it('names the experiment or the kernel line as the cause', () => {
    const isNamed = CAUSES.some((name) => verdict.causes.includes(name));
    expect(isNamed, `the named causes show: ${verdict.causes.join(', ')}${describeCores(result)}`).toBe(true);
  });

  it('is there within ten minutes of event time', () => {
    expect(verdict.minutesToDetect).toBeLessThanOrEqual(10);
  });

  it('raises no false alarm of high significance', () => {
    expect(verdict.highFalseReports, `something benign looks urgent${describeCores(result)}`).toBe(0);
  });

  it('writes the same bytes for the same lines', async () => {
    const again = join(directory, 'again.json');
    await analyze(path, again);
    const first = readFileSync(join(directory, `corruption-${String(seed)}.json`), 'utf8');
    expect(readFileSync(again, 'utf8') === first, 'two runs on one file differ').toBe(true);
  });
});

describe('a normal day', () => {
  it('has at most one report in the two hours after the first thirty minutes, none of high significance', async () => {
    const { path, scenario } = writeScenario(directory, {
      ...light,
      fault: 'none',
      seed: 1,
    });
    const result = await analyze(path, join(directory, 'control.json'));
    const verdict = judge(result, scenario.groundTruth, scenario.start);
    expect(scenario.groundTruth.decoys.length).toBeGreaterThan(5);
    expect(verdict.falseReports, `a benign event was reported${describeCores(result)}`).toBeLessThanOrEqual(
      1,
    );
    const high = result.reports.filter((report) => report.significance === 'high');
    expect(high.map((report) => report.title)).toEqual([]);
  });
});
