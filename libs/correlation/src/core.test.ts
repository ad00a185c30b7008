import { describe, expect, it } from 'vitest';
import { anomalyOf, onset } from './anomalies.test-data.js';
import type { Said } from './anomalies.test-data.js';
import { chooseCore, maxCoreEvents, rankedAsCause } from './core.js';
import { rankCandidates } from './ranking.js';

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

  it('ranks what is new and early before what is loud and late, the likely cause first', () => {
    const early: Said = { ...device, seconds: 0, surprise: 5, kind: 'novelty', badness: 2 };
    const late: Said = {
      ...early,
      logType: 'shop/cart',
      body: 'timeout',
      seconds: 200,
      kind: 'rate-up',
      surprise: 9,
    };
    const context = { onset, members: new Set(['kernel', 'shop/cart']) };
    const core = chooseCore(rankCandidates([early, late].map(anomalyOf), context), { onset, hints: [] });
    const ranked = rankedAsCause(core);
    expect(ranked.map(({ anomaly }) => anomaly.event.body)).toEqual(['queue of eth0', 'timeout']);
    expect(ranked[0]).toBe(core.cause);
  });
});
