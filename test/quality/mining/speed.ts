import { createRng } from '@culprit/kernel';
import { TemplateMiner } from '@culprit/mining';

const ROUNDS = 8;
const COPIES = 10;

/** Cost of mining in CPU time, which a busy machine distorts less than wall time. */
export interface SpeedResult {
  readonly lines: number;
  readonly linesPerCpuSecond: number;
  /** The same lines through a plain FNV-1a loop: what this machine can do at best, byte by byte. */
  readonly hashLinesPerCpuSecond: number;
  readonly bytesPerTemplate: number;
}

/** Mines all lines, shuffled and with their digits changed, several times over; the fastest round counts. */
export function measureSpeed(contents: readonly string[]): SpeedResult {
  const rng = createRng(7);
  const lines = Array.from({ length: COPIES }, () => contents)
    .flat()
    .map((line) =>
      line.replaceAll(/\d/g, (digit) => (digit === '0' ? '0' : String(1 + Math.floor(rng.next() * 9)))),
    );
  for (let i = lines.length - 1; i > 0; i--) {
    const j = Math.floor(rng.next() * (i + 1));
    [lines[i], lines[j]] = [lines[j] ?? '', lines[i] ?? ''];
  }
  const bytes = Buffer.from(lines.join('\n'));
  const starts: number[] = [0];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 10) starts.push(i + 1);
  starts.push(bytes.length + 1);
  const bounds = Uint32Array.from(starts);
  const miner = new TemplateMiner({ scope: 'speed' });
  let parameters = 0;
  const mine = fastest(() => {
    for (let i = 0; i + 1 < bounds.length; i++) {
      miner.mine(bytes, bounds[i] ?? 0, (bounds[i + 1] ?? 0) - 1);
      parameters += miner.parameterCount;
    }
  });
  let sum = 0;
  const hash = fastest(() => {
    for (let i = 0; i + 1 < bounds.length; i++) sum ^= fnv(bytes, bounds[i] ?? 0, (bounds[i + 1] ?? 0) - 1);
  });
  if (parameters + sum === 0) throw new Error('nothing was mined');
  return {
    lines: lines.length,
    linesPerCpuSecond: Math.round(lines.length / mine),
    hashLinesPerCpuSecond: Math.round(lines.length / hash),
    bytesPerTemplate: miner.byteLength / miner.size,
  };
}

function fastest(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    work();
    const used = process.cpuUsage(before);
    best = Math.min(best, (used.user + used.system) / 1e6);
  }
  return best;
}

function fnv(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash;
}
