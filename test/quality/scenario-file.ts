import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { EpochMillis } from '@culprit/kernel';
import { toEpochMillis, toEpochNanos } from '@culprit/kernel';
import type { FaultKind, Scenario } from '@culprit/testkit';
import { createSockShopScenario } from '@culprit/testkit';

/** The day all scenarios begin on. */
const START: EpochMillis = toEpochMillis(toEpochNanos(Date.UTC(2026, 2, 1, 8)));
const BLOCK_CHARACTERS = 1 << 20;

/** What to write. */
export interface ScenarioRequest {
  readonly fault: FaultKind | 'none';
  readonly seed: number;
  readonly learnMinutes: number;
  readonly tailMinutes: number;
  readonly eventsPerHour?: number;
}

/** Writes a scenario's lines as NDJSON. Returns its answer key, which stays out of the file. */
export function writeScenario(
  directory: string,
  request: ScenarioRequest,
): { readonly path: string; readonly scenario: Scenario } {
  const scenario = createSockShopScenario({ ...request, startTime: START });
  const path = join(directory, `sock-shop-${request.fault}-${String(request.seed)}.ndjson`);
  const file = openSync(path, 'w');
  try {
    let block = '';
    for (const { json } of scenario.lines()) {
      block += `${json}\n`;
      if (block.length < BLOCK_CHARACTERS) continue;
      writeSync(file, block);
      block = '';
    }
    writeSync(file, block);
  } finally {
    closeSync(file);
  }
  return { path, scenario };
}
