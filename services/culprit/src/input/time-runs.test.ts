import { encodeUtf8 } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { RunFinder } from './time-runs.js';

const start = Date.UTC(2026, 2, 1, 10);

function lineAt(second: number): string {
  return `${new Date(start + second * 1_000).toISOString()} INFO request served\n`;
}

const span = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => lineAt(from + i));

/** Number of the line at which every run begins. */
function runsOf(lines: readonly string[], blockLines = lines.length): number[] {
  const finder = new RunFinder({
    format: 'text',
    defaults: { environment: 'default', file: 'app.log' },
    assembler: {},
  });
  for (let i = 0; i < lines.length; i += blockLines) {
    finder.push(encodeUtf8(lines.slice(i, i + blockLines).join('')));
  }
  finder.finish();
  const offsets = new Map<number, number>();
  let offset = 0;
  for (const [i, line] of lines.entries()) {
    offsets.set(offset, i);
    offset += encodeUtf8(line).length;
  }
  return finder.starts.map((at) => offsets.get(at) ?? -1);
}

describe('runs of lines in order of time', () => {
  it('is one where time goes forward', () => {
    expect(runsOf(span(0, 2_000))).toEqual([0]);
  });

  it('begin where one file follows another, at that very line', () => {
    const lines = [...span(0, 1_000), ...span(100, 700), ...span(50, 1_200)];
    expect(runsOf(lines)).toEqual([0, 1_000, 1_700]);
    expect(runsOf(lines, 37)).toEqual([0, 1_000, 1_700]);
  });

  it('are as short as the file they were', () => {
    expect(runsOf([...span(600, 300), ...span(0, 5), ...span(-500, 3)])).toEqual([0, 300, 305]);
  });

  it('bear stragglers and less than a minute', () => {
    const lines = span(0, 2_000);
    for (const at of [500, 900, 1_500]) lines.splice(at, 0, lineAt(at - 300), lineAt(at - 200));
    lines.splice(1_000, 0, lineAt(960));
    expect(runsOf(lines)).toEqual([0]);
  });

  it('leave lines without a time where they are', () => {
    const trace = ['java.lang.Error: no\n', '\tat A.b(A.java:1)\n'];
    expect(runsOf([...span(0, 300), ...trace, ...span(0, 300), ...trace])).toEqual([0, 302]);
  });
});
