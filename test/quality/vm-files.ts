import { appendFileSync, mkdirSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EpochMillis } from '@culprit/kernel';
import { toEpochMillis, toEpochNanos } from '@culprit/kernel';
import type { VmFaultKind, VmScenario } from '@culprit/testkit';
import { createVmScenario } from '@culprit/testkit';
import type { LabelledLine } from './labelled-lines.js';

/** A Sunday morning. */
const START: EpochMillis = toEpochMillis(toEpochNanos(Date.UTC(2026, 2, 1, 8)));
const BLOCK_CHARACTERS = 1 << 18;

/** What to write. */
export interface VmRequest {
  readonly fault: VmFaultKind | 'none';
  readonly seed: number;
  readonly learnMinutes: number;
  readonly tailMinutes: number;
}

/** A scenario whose lines lie in files. */
export interface WrittenVm {
  readonly scenario: VmScenario;
  /** Lines between onset and end of the fault, which only the baseline is told. */
  readonly during: readonly LabelledLine[];
}

/**
 * Writes the files of a scenario below a directory, one for each program and host. They keep the time of their last
 * line, as copies of log directories do.
 */
export function writeVmFiles(directory: string, request: VmRequest): WrittenVm {
  const scenario = createVmScenario({ ...request, startTime: START });
  const { onset, end } = scenario.groundTruth;
  const files = new Map<string, { text: string; lastMillis: number }>();
  const during: LabelledLine[] = [];
  for (const { file, text, timeMillis } of scenario.lines()) {
    const open = files.get(file) ?? { text: '', lastMillis: 0 };
    files.set(file, open);
    open.text += `${text}\n`;
    open.lastMillis = timeMillis;
    if (open.text.length >= BLOCK_CHARACTERS) flush(join(directory, file), open);
    if (timeMillis >= onset && timeMillis < end)
      during.push({ ts: new Date(timeMillis).toISOString(), service: file, pod: '', message: text });
  }
  for (const [file, open] of files) {
    const path = join(directory, file);
    flush(path, open);
    utimesSync(path, open.lastMillis / 1000, open.lastMillis / 1000);
  }
  return { scenario, during };
}

function flush(path: string, open: { text: string }): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, open.text);
  open.text = '';
}
