import type { EnvironmentName, LogTypeName, TemplateId } from '@culprit/kernel';
import { toEpochNanos } from '@culprit/kernel';
import type { Anomaly, EvidenceKind } from '@culprit/scoring';
import { describe, expect, it } from 'vitest';
import { chooseCore, maxCoreEvents } from './core.js';
import { rankCandidates } from './ranking.js';

const onset = Date.UTC(2026, 2, 1, 9);

interface Said {
  readonly logType: string;
  readonly body: string;
  readonly seconds: number;
  readonly surprise: number;
  readonly badness?: number;
  readonly kind?: EvidenceKind;
}

function anomalyOf({ logType, body, seconds, surprise, badness = 0, kind = 'novelty' }: Said): Anomaly {
  return {
    event: {
      eventId: `${logType} ${body} ${seconds}`,
      time: toEpochNanos(onset + seconds * 1000),
      source: {
        environment: 'test' as EnvironmentName,
        logType: logType as LogTypeName,
        namespace: '',
        service: logType,
        pod: '',
        container: '',
        host: 'node-1',
      },
      severity: badness >= 4 ? 17 : 9,
      templateId: body as TemplateId,
      message: body,
      body,
      parameters: [],
      hasStackTrace: false,
    },
    surprise,
    badness,
    evidence: [{ kind, probability: Math.exp(-surprise), sentence: kind }],
    count: 1,
  };
}

/** Eight programs that each fail with one line, again and again, louder each time. */
const flood: Said[] = Array.from({ length: 8 * 4 }, (_, i) => ({
  logType: `shop/service-${i % 8}`,
  body: `call of ${i % 8} failed`,
  seconds: i,
  surprise: 7 + i / 8,
  badness: 4.5,
  kind: i < 8 ? 'novelty' : 'rate-up',
}));

function coreOf(candidates: readonly Said[], hints: readonly Said[]): readonly string[] {
  const context = { onset, members: new Set(candidates.map(({ logType }) => logType)) };
  const [ranked, faint] = [candidates, hints].map((said) => rankCandidates(said.map(anomalyOf), context));
  const { events } = chooseCore(ranked ?? [], { onset, hints: faint ?? [] });
  return events.map(({ anomaly }) => anomaly.event.body);
}

describe('the core', () => {
  const device: Said = {
    logType: 'kernel',
    body: 'queue of eth0',
    seconds: -5,
    surprise: 2.2,
    kind: 'parameter',
  };

  it('has room for a faint unusual line at the onset before the repetition of a loud one', () => {
    const core = coreOf(flood, [device]);
    expect(core).toContain('queue of eth0');
    expect(new Set(core).size).toBe(9);
    expect(core.length).toBeLessThanOrEqual(maxCoreEvents);
  });

  it('takes few hints, the strongest and closest to the onset', () => {
    const others = Array.from({ length: 5 }, (_, i) => ({
      ...device,
      logType: `host-${i}`,
      body: `odd thing ${i}`,
      seconds: -50,
      surprise: 1.3 + i / 10,
    }));
    const core = coreOf(flood, [...others, device]);
    expect(core.filter((body) => body.startsWith('odd'))).toEqual(['odd thing 3', 'odd thing 4']);
    expect(core).toContain('queue of eth0');
  });

  it('leaves hints out whose log type has a voice already', () => {
    const said = coreOf(flood, [{ ...device, logType: 'shop/service-1' }]);
    expect(said).not.toContain('queue of eth0');
  });

  it('ends before fifteen where there is nothing more to say', () => {
    const few = flood.slice(0, 2);
    expect(coreOf(few, [])).toEqual(few.map(({ body }) => body));
  });
});
