import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulateStage, type Outcome, type PlantedBug } from './simulated-stage.js';

const runs = Number(process.env['SIMULATION_SEEDS'] ?? 400);
const crashChance = 0.05;

/** What is wrong with an outcome, compared with a run in which nothing happened; nothing when all is well. */
function violations(outcome: Outcome, calm: Outcome): string[] {
  const found: string[] = [];
  const rows = new Set(outcome.rows);
  if (calm.rows.some((row) => !rows.has(row))) found.push('a row is lost');
  if (rows.size < outcome.rows.length) found.push('a row is stored twice');
  if (outcome.digest !== calm.digest) found.push('the next stage knows something else');
  return found;
}

async function violationsOf(seed: number, bug?: PlantedBug): Promise<string[]> {
  const calm = await simulateStage(seed, { crashChance: 0 });
  return violations(await simulateStage(seed, { crashChance, ...(bug === undefined ? {} : { bug }) }), calm);
}

describe('a stage that dies at any durable step', () => {
  it(`loses nothing, stores nothing twice and tells the next stage the same, in ${runs} seeded lives`, async () => {
    let crashes = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        crashes += (await simulateStage(seed, { crashChance })).crashes;
        expect(await violationsOf(seed)).toEqual([]);
      }),
      { numRuns: runs, seed: 20_261 },
    );
    expect(crashes).toBeGreaterThan(runs);
  });

  it.each([
    ['commit before insert', 'a row is lost'],
    ['commit the highest offset', 'a row is lost'],
    ['count repeats', 'the next stage knows something else'],
  ] as const)('would be caught if it did this: %s', async (bug, violation) => {
    const found = new Set<string>();
    for (let seed = 0; seed < 50; seed++) for (const one of await violationsOf(seed, bug)) found.add(one);
    expect([...found]).toContain(violation);
  });
});
