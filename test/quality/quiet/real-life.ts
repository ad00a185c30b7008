import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Dice } from '@culprit/testkit';
import type { Source } from '../detection/case.js';
import { blocksOf } from '../detection/real-cases.js';

/** A recorded stretch of ordinary life. */
export interface RecordedLife {
  readonly name: string;
  open(): Source;
}

const MINUTE = 60_000;
const ORDERS = 3;
/**
 * LogHub samples whose lines stand in order of time and span hours at least, and when each ends: not all say the year.
 * Some are every so manieth line of the log they are from.
 */
const samples = [
  ['Apache', '2005-12-05'],
  ['BGL', '2006-01-03'],
  ['HDFS', '2008-11-11'],
  ['Linux', '2005-07-27'],
  ['OpenSSH', '2015-12-10'],
  ['Proxifier', '2015-07-27'],
  ['Windows', '2016-09-29'],
] as const;
/** Blue Gene marks the lines of known alerts with another first word. */
const CALM_OF_BGL = '- ';

/** Logs of LogHub in which no fault is known; lines marked as alerts are left out. */
export function sampledLives(folder: string): readonly RecordedLife[] {
  return samples.map(([name, day]) => ({
    name: `loghub ${name}`,
    open: () => {
      const bytes = gunzipSync(readFileSync(join(folder, `${name}_2k.log.gz`)));
      const text = name === 'BGL' ? calmLines(bytes) : bytes;
      const referenceMillis = Date.parse(`${day}T23:59:59Z`);
      return { lanes: [{ file: `${name}.log`, blocks: blocksOf(text) }], referenceMillis };
    },
  }));
}

function calmLines(bytes: Uint8Array): Uint8Array {
  const lines = new TextDecoder().decode(bytes).split('\n');
  return new TextEncoder().encode(lines.filter((line) => line.startsWith(CALM_OF_BGL)).join('\n'));
}

interface Round {
  readonly lines: readonly { readonly timeMillis: number; readonly text: string }[];
  readonly from: number;
  readonly to: number;
}

/**
 * The fault-free rounds of all OpenStack experiments laid one after another, a minute between them, in several orders:
 * whatever comes first is what is learned from.
 */
export function experimentLives(folder: string): readonly RecordedLife[] {
  return Array.from({ length: ORDERS }, (_, order) => ({
    name: `openstack rounds, order ${String(order + 1)}`,
    open: () => inOneRow(shuffled(readRounds(folder), new Dice(order + 1, 'rounds'))),
  }));
}

function readRounds(folder: string): readonly Round[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.labels.json'));
  return names.toSorted().map((name) => {
    const label = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      readonly rounds: { readonly '2': readonly [string, string] };
    };
    const [from, to] = label.rounds['2'].map((time) => Date.parse(time));
    const packed = readFileSync(join(folder, name.replace('.labels.json', '.ndjson.gz')));
    const lines = gunzipSync(packed)
      .toString('utf8')
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => ({ timeMillis: Date.parse((JSON.parse(text) as { readonly ts: string }).ts), text }));
    if (from === undefined || to === undefined) throw new Error(`${name} has no fault-free round`);
    return { from, to, lines: lines.filter(({ timeMillis }) => timeMillis >= from && timeMillis <= to) };
  });
}

function inOneRow(rounds: readonly Round[]): Source {
  const texts: string[] = [];
  let start = rounds[0]?.from ?? 0;
  for (const { lines, from, to } of rounds) {
    for (const { timeMillis, text } of lines) {
      const ts = new Date(timeMillis - from + start).toISOString();
      texts.push(JSON.stringify({ ...(JSON.parse(text) as object), ts }));
    }
    start += to - from + MINUTE;
  }
  const bytes = new TextEncoder().encode(texts.join('\n'));
  return { lanes: [{ file: 'logs.ndjson', blocks: blocksOf(bytes) }], referenceMillis: start };
}

function shuffled<T>(items: readonly T[], dice: Dice): readonly T[] {
  return items
    .map((item) => ({ item, at: dice.between(0, 1) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
