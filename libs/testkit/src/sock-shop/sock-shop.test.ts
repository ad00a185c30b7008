import { createHash } from 'node:crypto';
import type { EpochMillis } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import type { FaultKind, GroundTruth, LineMatcher, ScenarioLine } from '../scenario.js';
import { faultKinds, matchesLine } from '../scenario.js';
import type { SockShopOptions } from './create-sock-shop-scenario.js';
import { createSockShopScenario } from './create-sock-shop-scenario.js';

const START = Date.UTC(2026, 2, 1, 8) as EpochMillis;
const small: SockShopOptions = {
  seed: 1,
  startTime: START,
  learnMinutes: 6,
  tailMinutes: 10,
  fault: 'none',
  eventsPerHour: 150_000,
};

interface Envelope {
  readonly date: number;
  readonly log: string;
  readonly cluster: string;
  readonly log_type?: string;
  readonly file?: string;
  readonly host?: string;
  readonly kubernetes?: {
    readonly namespace_name: string;
    readonly container_name: string;
    readonly pod_name: string;
    readonly host: string;
  };
}

function parse(line: ScenarioLine): Envelope {
  return JSON.parse(line.json) as Envelope;
}

function logTypeOf(line: Envelope): string {
  if (line.log_type !== undefined) return line.log_type;
  if (line.kubernetes !== undefined)
    return `${line.kubernetes.namespace_name}/${line.kubernetes.container_name}`;
  const program = /^\w{3} [ \d]\d [\d:]{8} \S+ ([\w-]+)/.exec(line.log)?.[1];
  return `node/${program ?? 'unreadable'}`;
}

function fingerprint(options: SockShopOptions): string {
  const hash = createHash('sha256');
  for (const line of createSockShopScenario(options).lines()) hash.update(line.json).update('\n');
  return hash.digest('hex');
}

describe('the sock shop scenario', () => {
  it('writes the same bytes for the same seed and others for another seed', () => {
    const options = { ...small, fault: 'network-corruption' } as const;
    expect(fingerprint(options)).toBe(fingerprint(options));
    expect(fingerprint(options)).not.toBe(fingerprint({ ...options, seed: 2 }));
  });

  it('starts the same sequence anew each time its lines are asked for', () => {
    const scenario = createSockShopScenario({ ...small, learnMinutes: 1, tailMinutes: 1 });
    expect([...scenario.lines()]).toEqual([...scenario.lines()]);
  });

  it('writes more than a million lines an hour from about forty log types at the full rate', () => {
    const { eventsPerHour: _, ...full } = small;
    const logTypes = new Set<string>();
    const pods = new Set<string>();
    let count = 0;
    for (const line of createSockShopScenario({ ...full, learnMinutes: 2, tailMinutes: 1 }).lines()) {
      count += 1;
      const envelope = parse(line);
      logTypes.add(logTypeOf(envelope));
      if (envelope.kubernetes !== undefined) pods.add(envelope.kubernetes.pod_name);
    }
    expect(count * 20).toBeGreaterThan(1_000_000);
    expect(logTypes.size).toBeGreaterThanOrEqual(25);
    expect(pods.size).toBeGreaterThanOrEqual(20);
  });

  it('delivers every line within a tenth of a second of its event time, each stream in order', () => {
    const lastBySource = new Map<string, number>();
    const late: string[] = [];
    let latest = 0;
    for (const line of createSockShopScenario({ ...small, fault: 'db-down' }).lines()) {
      const { kubernetes, host = '', date } = parse(line);
      const source =
        kubernetes === undefined ? `events ${host}` : `${kubernetes.pod_name} ${kubernetes.host}`;
      const isLate = line.timeMillis <= latest - 100 || line.timeMillis < (lastBySource.get(source) ?? 0);
      if (isLate || Math.abs(date * 1000 - line.timeMillis) > 1.5) late.push(line.json);
      lastBySource.set(source, line.timeMillis);
      latest = Math.max(latest, line.timeMillis);
    }
    expect(late).toEqual([]);
    expect(lastBySource.size).toBeGreaterThan(20);
  });

  it('keeps every line on one line and free of the answer key', () => {
    const forbidden = /\n|decoy|groundTruth|rootLines|culprit/;
    for (const kind of ['none', 'network-corruption'] as const) {
      const scenario = createSockShopScenario({ ...small, fault: kind });
      const leaks = Array.from(scenario.lines(), (line) => line.json).filter((json) => forbidden.test(json));
      expect(leaks).toEqual([]);
      expect(scenario.groundTruth.fault).toBe(kind);
    }
  });

  it('leaves out every planted line when there is no fault', () => {
    const matchers = faultKinds.flatMap((kind) =>
      plantedOnly(createSockShopScenario({ ...small, fault: kind }).groundTruth),
    );
    const seen = new Set<string>();
    for (const line of createSockShopScenario({ ...small, learnMinutes: 20 }).lines()) {
      const { log } = parse(line);
      for (const matcher of matchers) if (matchesLine(matcher, log)) seen.add(matcher.name);
    }
    expect(matchers.length).toBeGreaterThan(20);
    expect([...seen]).toEqual([]);
  });

  it('writes node lines, colours and stack traces the way their programs do', () => {
    const texts: string[] = [];
    for (const line of createSockShopScenario({ ...small, learnMinutes: 12 }).lines())
      texts.push(parse(line).log);
    const some = (pattern: RegExp): boolean => texts.some((text) => pattern.test(text));
    const kernel =
      /^Mar  1 \d\d:\d\d:\d\d ip-172-\d+-\d+-\d+ kernel: eni[0-9a-f]{11}: Caught tx_queue_len zero misconfig$/;
    expect(some(kernel), 'kernel greets a pod interface').toBe(true);
    const coloured = '\u001b[0mGET /catalogue \u001b[32m200 \u001b[0m';
    expect(
      texts.some((text) => text.startsWith(coloured)),
      'morgan colours',
    ).toBe(true);
    expect(some(/^\tat java\.net\.Socket\.connect\(Socket\.java:589\)/), 'a trace line is a record').toBe(
      true,
    );
    expect(
      some(/ INFO \[\w+,,,\] 7 --- .*Dropped \d+ spans due to ConnectException/),
      'INFO above a trace',
    ).toBe(true);
    expect(some(/method=Health result=\d took=/), 'probe flood').toBe(true);
    expect(some(/"status":406.*Payment declined: amount exceeds 105\.00/), 'permanent error').toBe(true);
    const mongo = texts.filter((text) => text.startsWith('{"t":{"$date"'));
    expect(mongo.length).toBeGreaterThan(100);
    for (const text of mongo) expect(JSON.parse(text)).toHaveProperty('msg');
  });

  it('plans benign events before and after the onset, in order of time', () => {
    const { groundTruth, start, end } = createSockShopScenario({
      ...small,
      learnMinutes: 60,
      fault: 'queue-blocked',
    });
    const { decoys, onset } = groundTruth;
    const times = decoys.map((decoy) => decoy.at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.every((at) => at >= start && at < end)).toBe(true);
    expect(
      decoys.filter((decoy) => decoy.description.startsWith('rolling update') && decoy.at < onset),
    ).toHaveLength(2);
    for (const decoy of decoys) expect(decoy.whyNot).not.toBe('');
  });
});

describe.each(faultKinds)('fault %s', (kind) => {
  it(
    'shows every root and symptom line in its own component, none before the onset',
    { timeout: 20_000 },
    () => {
      const scenario = createSockShopScenario({ ...small, fault: kind });
      const { groundTruth } = scenario;
      const { onset, end, rootLines, symptomLines } = groundTruth;
      const foundIn = new Map<string, Set<string>>();
      const early: string[] = [];
      const fresh = new Set(plantedOnly(groundTruth).map((matcher) => matcher.name));
      for (const line of scenario.lines()) {
        const envelope = parse(line);
        for (const matcher of [...rootLines, ...symptomLines]) {
          if (!matchesLine(matcher, envelope.log)) continue;
          foundIn.set(matcher.name, (foundIn.get(matcher.name) ?? new Set()).add(logTypeOf(envelope)));
          if (line.timeMillis < onset && fresh.has(matcher.name)) early.push(envelope.log);
        }
      }
      for (const { name, logType } of [...rootLines, ...symptomLines]) {
        expect([...(foundIn.get(name) ?? [])], `where "${name}" was seen`).toEqual([logType]);
      }
      expect(early).toEqual([]);
      expect(end).toBeGreaterThan(onset);
      expect(end - onset).toBeLessThan(9 * 60_000);
    },
  );
});

function plantedOnly(truth: GroundTruth): readonly LineMatcher[] {
  return [...truth.rootLines, ...truth.symptomLines].filter((matcher) => matcher.occursWhenHealthy !== true);
}

it('knows at least six kinds of fault', () => {
  const kinds: readonly FaultKind[] = faultKinds;
  expect(new Set(kinds).size).toBeGreaterThanOrEqual(6);
});
