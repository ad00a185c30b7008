import { encodeUtf8 } from '@culprit/kernel';
import { StructuringStage } from '@culprit/pipeline';
import { EnvelopeReader } from '@culprit/records';
import { describe, expect, it } from 'vitest';
import { explosionNotice } from './module.js';

/** Lines of one word each that are all words of different length and letters: nothing that could be merged. */
function words(count: number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const word = (seed: number): string =>
    Array.from({ length: 6 }, (_, i) => letters[Math.floor(seed / 7 ** i + i * seed) % 26] ?? '').join('');
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      time: new Date(Date.UTC(2026, 2, 1) + i).toISOString(),
      service: 'chatty',
      log: `${word(i)} ${word(i * 31 + 7)} ${word(i * 17 + 3)} ${word(i * 13 + 5)} ${word(i * 11 + 1)}`,
    }),
  ).join('\n');
}

function stageOf(lines: number): StructuringStage {
  const stage = new StructuringStage({ lane: 0 });
  const reader = new EnvelopeReader({ defaults: { environment: 'test' } });
  stage.push(0, reader.read(encodeUtf8(words(lines)), 'ndjson', Number.NaN).batch);
  stage.flush(1);
  return stage;
}

describe('template explosion', () => {
  it('is a notice that names the log type', () => {
    const notice = explosionNotice([stageOf(12_000)]);
    expect(notice).toContain('template explosion');
    expect(notice).toMatch(/chatty \(\d+ records\)/);
  });

  it('is none while all event types are told apart', () => {
    expect(explosionNotice([stageOf(50)])).toBeUndefined();
  });

  it('names the worst and counts the others', () => {
    const stage = { templateExplosions: new Map(Array.from({ length: 8 }, (_, i) => [`log-${i}`, i + 1])) };
    const notice = explosionNotice([stage]);
    expect(notice).toContain('log-7 (8 records)');
    expect(notice).toContain('and 3 more');
  });
});
