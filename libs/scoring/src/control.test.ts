import { parseTemplateId, toEpochNanos, hashText } from '@culprit/kernel';
import type { EnvironmentName, EpochMillis, LogTypeName, TemplateId } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import type { Anomaly } from './anomaly.js';
import { Scorer } from './scorer.js';
import { binMillis } from './structured-event.js';
import type { ControlChange, StructuredBatch } from './structured-event.js';

const start = Date.UTC(2026, 2, 3, 9);
const environment = 'test' as EnvironmentName;
const logType = 'shop' as LogTypeName;

function idOf(name: string): TemplateId {
  const id = parseTemplateId(hashText(name));
  if (id === undefined) throw new Error('a hash is an id');
  return id;
}

/** Talks to a scorer bin by bin. */
class Talk {
  scorer = new Scorer();
  readonly anomalies: Anomaly[] = [];
  #bin = 0;

  /** One bin: template names with counts; `change` holds from this bin on. */
  say(counts: Readonly<Record<string, number>>, change?: ControlChange, severity = 9): this {
    const binStart = (start + this.#bin++ * binMillis) as EpochMillis;
    const said = Object.entries(counts).filter(([, count]) => count > 0);
    const batch: StructuredBatch = {
      lane: 0,
      sequence: this.#bin,
      highestTime: binStart + binMillis - 1,
      counts: said.map(([name, count]) => ({
        binStart,
        environment,
        logType,
        templateId: idOf(name),
        count,
        maxSeverity: severity,
        errorCount: severity >= 17 ? count : 0,
      })),
      exemplars: said.map(([name]) => ({
        eventId: `${this.#bin}-${name}`,
        time: toEpochNanos(binStart),
        source: { environment, logType, namespace: '', service: '', pod: '', container: '', host: '' },
        severity,
        templateId: idOf(name),
        message: name,
        body: name,
        parameters: [],
        hasStackTrace: false,
      })),
      aliases: [],
      controls: change === undefined ? [] : [{ binStart, version: this.#bin, environment, logType, change }],
    };
    this.anomalies.push(...this.scorer.push(batch).anomalies);
    return this;
  }

  /** Twenty minutes of the same. */
  learn(counts: Readonly<Record<string, number>>): this {
    for (let i = 0; i < 120; i++) this.say(counts);
    return this;
  }

  end(): readonly string[] {
    this.anomalies.push(...this.scorer.flush().anomalies);
    return this.anomalies.map(({ event }) => event.message);
  }

  restart(): this {
    this.scorer = Scorer.restore(this.scorer.snapshot());
    return this;
  }
}

const muted = (untilMillis: number): ControlChange => ({
  kind: 'muted',
  templateId: idOf('fail'),
  untilMillis,
});

describe('decisions of people', () => {
  it('let nothing of a muted template through, and count it', () => {
    const talk = new Talk().learn({ hello: 3 }).say({ hello: 3 }, muted(Infinity)).restart();
    talk.say({ hello: 3, fail: 5 }, undefined, 21).learn({ hello: 3 });
    expect(talk.end()).not.toContain('fail');
    expect(talk.scorer.counters.mutedAnomalies).toBeGreaterThan(0);
  });

  it('say what is left once a mute has run out or is taken back', () => {
    const ended = new Talk().learn({ hello: 3 }).say({ hello: 3 }, muted(start + 122 * binMillis));
    expect(ended.say({ hello: 3 }).say({ hello: 3, fail: 5 }, undefined, 21).end()).toContain('fail');
    const back = new Talk().learn({ hello: 3 }).say({ hello: 3 }, muted(Infinity));
    back.say({ hello: 3 }, { kind: 'unmuted', templateId: idOf('fail') });
    expect(back.say({ hello: 3, fail: 5 }, undefined, 21).end()).toContain('fail');
  });

  it('do not wait for a muted template that falls silent', () => {
    const counts = { hello: 3, fail: 3 };
    const silences = (talk: Talk): number => {
      talk.end();
      return talk.anomalies.filter(({ evidence }) => evidence[0]?.kind === 'silence').length;
    };
    expect(silences(new Talk().learn(counts).learn({ hello: 3 }))).toBe(1);
    expect(silences(new Talk().learn(counts).say(counts, muted(Infinity)).learn({ hello: 3 }))).toBe(0);
  });

  it('make no news of what was one of several before', () => {
    const parts = { 'part one': 2, 'part two': 1 };
    const talk = new Talk().learn({ hello: 3, whole: 3 });
    for (const name of Object.keys(parts))
      talk.say({ hello: 3, whole: 3 }, { kind: 'separated', templateId: idOf(name), other: idOf('whole') });
    talk.say({ hello: 3 }, { kind: 'retired', templateId: idOf('whole') });
    expect(talk.learn({ hello: 3, ...parts }).end()).toEqual([]);
    expect(new Talk().learn({ hello: 3, whole: 3 }).say({ hello: 3, 'part one': 2 }).end()).toEqual([
      'part one',
    ]);
  });

  it('join two and part them again without news', () => {
    const talk = new Talk().learn({ one: 3, two: 2 });
    talk.say({ one: 3, two: 2 }, { kind: 'joined', templateId: idOf('one'), other: idOf('both') });
    talk.say({ one: 3, two: 2 }, { kind: 'joined', templateId: idOf('two'), other: idOf('both') });
    talk.learn({ one: 3, two: 2 });
    talk.say({ one: 3, two: 2 }, { kind: 'separated', templateId: idOf('one'), other: idOf('both') });
    talk.say({ one: 3, two: 2 }, { kind: 'separated', templateId: idOf('two'), other: idOf('both') });
    talk.say({ one: 3, two: 2 }, { kind: 'retired', templateId: idOf('both') });
    expect(talk.learn({ one: 3, two: 2 }).end()).toEqual([]);
  });

  it('hold the later way round where two stand for each other', () => {
    const talk = new Talk().learn({ one: 3 });
    talk.say({ one: 3 }, { kind: 'joined', templateId: idOf('one'), other: idOf('two') });
    talk.say({ one: 3 }, { kind: 'joined', templateId: idOf('two'), other: idOf('one') });
    talk.learn({ one: 3 }).say({ one: 3, two: 1 });
    expect(talk.end()).toEqual([]);
  });
});
