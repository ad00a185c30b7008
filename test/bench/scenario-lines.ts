import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { EpochMillis } from '@culprit/kernel';
import { createSockShopScenario, type Scenario } from '@culprit/testkit';

/** A long fault-free scenario: the load of the benchmarks. */
export function createLoad(seed: number, hours: number): Scenario {
  return createSockShopScenario({
    seed,
    learnMinutes: hours * 60,
    fault: 'none',
    startTime: Date.UTC(2026, 2, 1, 6) as EpochMillis,
  });
}

/** Blocks of whole lines of about `blockBytes`, `limit` lines in all. */
export function* blocksOf(
  scenario: Scenario,
  options: { readonly limit: number; readonly blockBytes: number },
): Generator<{ readonly text: string; readonly lines: number }> {
  let text = '';
  let lines = 0;
  let total = 0;
  for (const { json } of scenario.lines()) {
    text += `${json}\n`;
    lines++;
    total++;
    if (text.length >= options.blockBytes || total === options.limit) {
      yield { text, lines };
      text = '';
      lines = 0;
    }
    if (total === options.limit) return;
  }
  if (lines > 0) yield { text, lines };
}

/** Writes the first `limit` lines to a file. Resolves to their number. */
export async function writeLines(path: string, scenario: Scenario, limit: number): Promise<number> {
  const stream = createWriteStream(path);
  let written = 0;
  for (const { text, lines } of blocksOf(scenario, { limit, blockBytes: 1 << 20 })) {
    if (!stream.write(text)) await once(stream, 'drain');
    written += lines;
  }
  stream.end();
  await once(stream, 'finish');
  return written;
}
