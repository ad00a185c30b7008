import { describe, expect, it } from 'vitest';
import { anomalyOf, onset } from './anomalies.test-data.js';
import type { Said } from './anomalies.test-data.js';
import { precursorsOf } from './precursors.js';

const dropped: Said = { logType: 'store', body: 'index dropped', seconds: -240, surprise: 3.2 };
/** An hour with a rare thing now and then, none of them new. */
const hour: Said[] = Array.from({ length: 12 }, (_, i) => ({
  logType: 'cart',
  body: 'rare thing',
  seconds: -4_000 + i * 300,
  surprise: 3.5,
  kind: 'rarity',
}));

function bodiesOf(said: readonly Said[]): readonly string[] {
  const known = said.map(anomalyOf).toSorted((a, b) => (a.event.time < b.event.time ? -1 : 1));
  return precursorsOf(known, onset).map(({ event }) => event.body);
}

describe('precursors', () => {
  it('are news minutes before the onset, where the hour before had none', () => {
    expect(bodiesOf([...hour, dropped])).toEqual(['index dropped']);
  });

  it('are none where somebody says something as new every few minutes', () => {
    const news = hour.map((one, i): Said => ({ ...one, body: `new thing ${i}`, kind: 'novelty' }));
    expect(bodiesOf([...news, dropped])).toEqual([]);
  });

  it('may be milder the nearer they are to the onset', () => {
    const news = hour
      .filter((_, i) => i % 3 === 0)
      .map((one, i): Said => ({ ...one, body: `new thing ${i}`, kind: 'novelty' }));
    expect(bodiesOf([...news, dropped])).toEqual([]);
    expect(bodiesOf([...news, { ...dropped, seconds: -15 }])).toEqual(['index dropped']);
  });

  it('are the first lines of a burst, and none without a past to compare with', () => {
    const later = [1, 20, 40].map((after): Said => ({
      ...dropped,
      body: `after ${after}`,
      seconds: -240 + after,
    }));
    expect(bodiesOf([...hour, dropped, ...later])).toEqual(['index dropped', 'after 1']);
    expect(bodiesOf([dropped])).toEqual([]);
  });
});
