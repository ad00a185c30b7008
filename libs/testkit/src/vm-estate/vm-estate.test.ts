import { createHash } from 'node:crypto';
import type { EpochMillis } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { matchesLine, type GroundTruth, type LineMatcher } from '../scenario.js';
import { createVmScenario, type VmOptions } from './create-vm-scenario.js';
import { vmFaultKinds, type VmFaultKind } from './vm-scenario.js';

const START = Date.UTC(2026, 2, 1, 8) as EpochMillis;
const small: VmOptions = {
  seed: 1,
  startTime: START,
  learnMinutes: 10,
  tailMinutes: 12,
  fault: 'none',
  linesPerHour: 90_000,
};

function fingerprint(options: VmOptions): string {
  const hash = createHash('sha256');
  for (const { file, text } of createVmScenario(options).lines()) hash.update(file).update(text).update('\n');
  return hash.digest('hex');
}

/** `app1/shop/django.log.1` is `app/shop/django.log`, PostgreSQL's file of an hour `db1/postgresql`. */
function familyOf(file: string): string {
  return file
    .replace(/^(app|lb|svc|batch|cache|mq)\d/, '$1')
    .replace(/\.1$/, '')
    .replace(/postgresql\/postgresql-\d.*$/, 'postgresql');
}

function plantedOnly(truth: GroundTruth<VmFaultKind>): readonly LineMatcher[] {
  return [...truth.rootLines, ...truth.symptomLines].filter((matcher) => matcher.occursWhenHealthy !== true);
}

describe('the virtual machine scenario', () => {
  it('writes the same bytes for the same seed and others for another seed', () => {
    const options = { ...small, fault: 'lock-wait' } as const;
    expect(fingerprint(options)).toBe(fingerprint(options));
    expect(fingerprint(options)).not.toBe(fingerprint({ ...options, seed: 2 }));
  });

  it('writes about the asked number of lines an hour into a file for each program and host', () => {
    const { linesPerHour: _, ...full } = small;
    const files = new Set<string>();
    let count = 0;
    for (const { file } of createVmScenario({ ...full, learnMinutes: 4, tailMinutes: 4 }).lines()) {
      files.add(file);
      count += 1;
    }
    expect(count * 7.5).toBeGreaterThan(240_000);
    expect(count * 7.5).toBeLessThan(360_000);
    expect(new Set(Array.from(files, familyOf)).size).toBeGreaterThanOrEqual(15);
    expect(files).toContain('lb1/nginx/access.log.1');
    expect(files).toContain('db1/postgresql/postgresql-2026-03-01_080000.log');
  });

  it('keeps every line on one line, every file in order, and the answer key out', () => {
    const lastByFile = new Map<string, number>();
    let late = 0;
    for (const { file, text, timeMillis } of createVmScenario({ ...small, fault: 'wal-disk-full' }).lines()) {
      if (/\n|groundTruth|rootLines|decoy|culprit/.test(text)) throw new Error(text);
      if (timeMillis < (lastByFile.get(file) ?? 0)) late += 1;
      lastByFile.set(file, timeMillis);
    }
    expect(late).toBe(0);
    expect(lastByFile.size).toBeGreaterThan(40);
  });

  it('leaves out every planted line when there is no fault', () => {
    const matchers = vmFaultKinds.flatMap((kind) =>
      plantedOnly(createVmScenario({ ...small, fault: kind }).groundTruth),
    );
    const seen = new Set<string>();
    for (const { text } of createVmScenario({ ...small, learnMinutes: 30 }).lines())
      for (const matcher of matchers) if (matchesLine(matcher, text)) seen.add(matcher.name);
    expect(matchers.length).toBeGreaterThan(25);
    expect([...seen]).toEqual([]);
  });

  it('plans benign events before and after the onset, in order of time', () => {
    const { groundTruth, start, end } = createVmScenario({ ...small, learnMinutes: 60, fault: 'lock-wait' });
    const times = groundTruth.decoys.map((decoy) => decoy.at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.every((at) => at >= start && at < end)).toBe(true);
    expect(new Set(groundTruth.decoys.map((decoy) => decoy.description)).size).toBeGreaterThanOrEqual(4);
  });

  it('stamps the lines of the host whose clock jumped, and no others, ahead of time', () => {
    const scenario = createVmScenario({ ...small, fault: 'clock-jump' });
    const { onset, end } = scenario.groundTruth;
    const ahead = new Set<string>();
    for (const { file, text, timeMillis } of scenario.lines()) {
      const clock = /^\w+ +\d+ (\d\d):(\d\d):(\d\d) /.exec(text);
      if (clock === null || timeMillis < onset || timeMillis >= end) continue;
      const [hours = 0, minutes = 0, seconds = 0] = clock.slice(1).map(Number);
      const stamped = Date.UTC(2026, 2, 1, hours, minutes, seconds);
      if (stamped > timeMillis + 1000) ahead.add(file);
    }
    expect([...ahead].toSorted()).toEqual(['app2/auth.log', 'app2/syslog']);
  });
});

describe.each(vmFaultKinds)('fault %s', (kind) => {
  it('shows every root and symptom line in its own file, none before the onset', { timeout: 20_000 }, () => {
    const scenario = createVmScenario({ ...small, fault: kind });
    const { groundTruth } = scenario;
    const { onset, end, rootLines, symptomLines } = groundTruth;
    const all = [...rootLines, ...symptomLines];
    const fresh = new Set(plantedOnly(groundTruth).map((matcher) => matcher.name));
    const foundIn = new Map(all.map(({ name }) => [name, new Set<string>()]));
    const early: string[] = [];
    for (const { file, text, timeMillis } of scenario.lines()) {
      for (const matcher of all) {
        if (!matchesLine(matcher, text)) continue;
        foundIn.get(matcher.name)?.add(familyOf(file));
        if (timeMillis < onset && fresh.has(matcher.name)) early.push(text);
      }
    }
    for (const { name, logType } of all)
      expect([...(foundIn.get(name) ?? [])], `where "${name}" was seen`).toEqual([logType]);
    expect(early).toEqual([]);
    expect(end).toBeGreaterThan(onset);
    expect(end).toBeLessThan(scenario.end);
  });
});
