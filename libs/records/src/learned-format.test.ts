import { decodeUtf8 } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { learnLogFormat } from './learned-format.js';

const encoder = new TextEncoder();

/** Contents of the lines by the format that the lines themselves show. */
function contentsOf(lines: readonly string[]): string[] {
  const samples = lines.map((line) => encoder.encode(line));
  const format = learnLogFormat(samples);
  return samples.map((bytes) => {
    const range = format.contentOf(bytes, 0, bytes.length);
    return decodeUtf8(bytes.subarray(range?.start, range?.end));
  });
}

const messages = [
  'opened the valve of tank 4',
  'pump 12 reached 80 bar',
  'no answer from controller b7',
  'recipe "dark ale" loaded',
  'closed the valve of tank 9',
];
const two = (value: number): string => String(value).padStart(2, '0');
/** Forty lines that `write` puts a header before; `i` counts them. */
function log(write: (i: number, message: string) => string): { lines: string[]; contents: string[] } {
  const contents = Array.from({ length: 40 }, (_, i) => messages[i % messages.length] ?? '');
  return { lines: contents.map((message, i) => write(i, message)), contents };
}

const units = ['boiler', 'mash-tun', 'cooler'];
const unit = (i: number): string => units[i % units.length] ?? '';
const level = (i: number): string => (i % 7 === 0 ? 'WARN' : 'INFO');

describe('a learned log format', () => {
  it.each<[string, (i: number, message: string) => string]>([
    ['a time and a level that are known anyway', (i, m) => `2026-03-01 10:00:${two(i)} ${level(i)} ${m}`],
    ['cells between bars', (i, m) => `2026-03-01 10:00:${two(i)}|${level(i)}|${unit(i)}|${i * 13}|${m}`],
    [
      'a clock whose parts are not padded',
      (i, m) => `20260301-9:${i}:${i % 7}:${i * 3}|${unit(i)}|${i * 13}|${m}`,
    ],
    [
      'a level in small letters, an instance and brackets',
      (i, m) =>
        `2026-03-01T10:00:${two(i)}Z ${level(i).toLowerCase()} ${unit(i)}[${i * 77}] [id@1 op=${i}] ${m}`,
    ],
    ['a lone colon behind brackets', (i, m) => `[ALERT] 053/0958${two(i)} (${i * 7}) : ${m}`],
    [
      'brackets full of identifiers, or of nothing',
      (i, m) =>
        `${unit(i)}.log 2026-03-01 10:00:${two(i)} ${i * 31} ${level(i)} ${unit(i)}.hw.valve [${i % 3 === 0 ? '-' : `req-${'0123456789abcdef'.repeat(7)} - - -`}] ${m}`,
    ],
    ['cells between tabs', (i, m) => `${unit(i)}\t10:00:${two(i)}\t${level(i)}\t${m}`],
    [
      'seconds of the epoch in the fourth column',
      (i, m) => `${1000 + i} node-${i % 5} ${unit(i)}.hw ${1772359200 + i * 3} 1 ${m}`,
    ],
    ['a unit padded to a width', (i, m) => `2026-03-01 10:00:${two(i)}, Info   ${unit(i).padEnd(14)}${m}`],
    [
      'a program before a lone dash',
      (i, m) => `[03.01 10:00:${two(i)}] ${unit(i)}.bin ${i % 9 === 8 ? '*64 ' : ''}- ${m}`,
    ],
    [
      'a level letter in brackets of its own',
      (i, m) => `2026-03-01 10:00:${two(i)} [${i % 6 === 0 ? 'W' : 'I'}] ${m}`,
    ],
  ])('cuts %s', (_, write) => {
    const { lines, contents } = log(write);
    expect(contentsOf(lines)).toEqual(contents);
  });

  it.each<[string, (i: number, message: string) => string]>([
    ['sentences', (i, m) => `the ${unit(i)} said: ${m}`],
    ['pairs', (i, m) => `unit=${unit(i)} n=${i} text="${m}"`],
    ['JSON', (i, m) => JSON.stringify({ unit: unit(i), n: i, text: m })],
    ['counts of things', (i, m) => `${i} ${m}`],
  ])('leaves %s whole', (_, write) => {
    const { lines } = log(write);
    expect(contentsOf(lines)).toEqual(lines);
  });

  it('takes a line of another layout whole', () => {
    const { lines } = log((i, m) => `2026-03-01 10:00:${two(i)}|${level(i)}|${unit(i)}|${m}`);
    lines.push('    at brew(kettle.c:17)');
    expect(contentsOf(lines).at(-1)).toBe('    at brew(kettle.c:17)');
  });

  it('never cuts a line down to nothing', () => {
    const { lines } = log((i, m) => `2026-03-01 10:00:${two(i)} ${level(i)} ${m}`);
    const bare = '2026-03-01 10:00:59 INFO';
    expect(contentsOf([...lines, bare]).at(-1)).toBe(bare);
  });
});
