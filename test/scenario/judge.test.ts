import type { EpochMillis } from '@culprit/kernel';
import type { GroundTruth } from '@culprit/testkit';
import { describe, expect, it } from 'vitest';
import type { AnalysisResult, Report } from '../quality/analysis.js';
import { judge } from '../quality/judge.js';

const START = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;
const at = (minute: number): EpochMillis => (START + minute * MINUTE) as EpochMillis;
const iso = (minute: number): string => new Date(START + minute * MINUTE).toISOString();

const truth: GroundTruth = {
  fault: 'db-down',
  onset: at(60),
  end: at(62),
  culprit: 'shop/db',
  rootLines: [{ name: 'killed', logType: 'node/kernel', contains: ['Killed process', '(db)'] }],
  symptomLines: [{ name: 'refused', logType: 'shop/api', contains: ['connection refused'] }],
  decoys: [],
};

function report(options: {
  from: number;
  to: number;
  created: number;
  core?: readonly [body: string, role?: string][];
  significance?: string;
}): Report {
  return {
    id: `r${String(options.from)}`,
    start: iso(options.from),
    end: iso(options.to),
    created: iso(options.created),
    significance: options.significance ?? 'medium',
    title: '',
    logTypes: ['shop/api'],
    coreEvents: (options.core ?? []).map(([body, role = 'symptom']) => ({
      time: iso(options.from),
      logType: 'shop/api',
      pod: '',
      body,
      role,
      surprise: 9,
    })),
  };
}

function verdictOf(...reports: readonly Report[]): ReturnType<typeof judge> {
  const result: AnalysisResult = { input: { lines: 1, logTypes: 1, templates: 1 }, reports };
  return judge(result, truth, START);
}

describe('the judge of reports', () => {
  it('finds root, symptom and cause in the core of a right report', () => {
    const verdict = verdictOf(
      report({
        from: 60,
        to: 63,
        created: 62,
        core: [['Killed process 7 (db)', 'cause'], ['dial: connection refused']],
      }),
    );
    expect(verdict).toMatchObject({
      isDetected: true,
      minutesToDetect: 2,
      rootsInCore: ['killed'],
      symptomsInCore: ['refused'],
      causes: ['killed'],
      falseReports: 0,
    });
  });

  it('takes a symptom alone as detection, not as the root', () => {
    const verdict = verdictOf(
      report({ from: 60, to: 63, created: 64, core: [['connection refused', 'cause']] }),
    );
    expect(verdict).toMatchObject({ isDetected: true, rootsInCore: [], causes: [] });
  });

  it('calls a report at the right time about something else false', () => {
    const verdict = verdictOf(
      report({ from: 60, to: 63, created: 64, core: [['rolling update']], significance: 'high' }),
    );
    expect(verdict).toMatchObject({
      isDetected: false,
      falseReports: 1,
      highFalseReports: 1,
      minutesToDetect: Infinity,
    });
  });

  it('does not believe a report that was written before the fault', () => {
    const verdict = verdictOf(report({ from: 40, to: 61, created: 50, core: [['connection refused']] }));
    expect(verdict).toMatchObject({ isDetected: false, falseReports: 1 });
  });

  it('forgives reports of the first half hour', () => {
    expect(verdictOf(report({ from: 10, to: 12, created: 29 })).falseReports).toBe(0);
    expect(verdictOf(report({ from: 29, to: 32, created: 31 })).falseReports).toBe(1);
  });

  it('judges by the report that tells most when several are right', () => {
    const verdict = verdictOf(
      report({ from: 60, to: 61, created: 61, core: [['connection refused']] }),
      report({ from: 60, to: 65, created: 66, core: [['connection refused'], ['Killed process 7 (db)']] }),
    );
    expect(verdict).toMatchObject({
      coreSize: 2,
      minutesToDetect: 1,
      reportsOnFault: 2,
      rootsInCore: ['killed'],
    });
  });
});
