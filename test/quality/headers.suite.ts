import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createRng, decodeUtf8 } from '@culprit/kernel';
import { EnvelopeReader, RecordAssembler, layoutSampleLines, learnLogFormat } from '@culprit/records';
import type { RecordBatch } from '@culprit/records';
import { headerFormats, writeHeader } from './header-formats.js';
import { findRealData } from './labelled-lines.js';
import { readSystem, systems } from './parsing/corpora.js';
import { readColumns } from './parsing/csv.js';
import type { Claim, Row, Suite } from './suite.js';

const LEAST_SHARE = 0.98;
const LEAST_FORMATS = 0.9;
const LONGEST_LINE_BYTES = 65_536;
const MOST_MS_A_LINE = 5;
const LINE_FEED = 10;
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const millisOfYear = Date.UTC(2025, 0, 1);

/** Published columns of a system that hold its time, and month, day and clock of them as `MM-DDThh:mm:ss`. */
interface TimeTruth {
  readonly columns: readonly string[];
  readonly of: (values: readonly string[]) => string;
}

const month = (name: string): string => String(monthNames.indexOf(name) + 1).padStart(2, '0');
const named: TimeTruth['of'] = ([name = '', day = '', clock = '']) =>
  `${month(name)}-${day.padStart(2, '0')}T${clock}`;
const epoch: TimeTruth['of'] = ([seconds]) => new Date(Number(seconds) * 1000).toISOString().slice(5, 19);
const pairs = (digits: string): string[] => digits.match(/\d\d/g) ?? [];

const truths: Readonly<Record<string, TimeTruth>> = {
  Android: { columns: ['Date', 'Time'], of: ([date, clock = '']) => `${date}T${clock.slice(0, 8)}` },
  Apache: { columns: ['Time'], of: ([time = '']) => named(time.split(/ +/).slice(1, 4)) },
  BGL: { columns: ['Timestamp'], of: epoch },
  HDFS: {
    columns: ['Date', 'Time'],
    of: ([date = '', clock = '']) =>
      `${pairs(date.padStart(6, '0')).slice(1).join('-')}T${pairs(clock.padStart(6, '0')).join(':')}`,
  },
  HPC: { columns: ['Time'], of: epoch },
  Linux: { columns: ['Month', 'Date', 'Time'], of: named },
  OpenSSH: { columns: ['Date', 'Day', 'Time'], of: named },
  Proxifier: { columns: ['Time'], of: ([time = '']) => time.replace('.', '-').replace(' ', 'T') },
  Spark: {
    columns: ['Date', 'Time'],
    of: ([date = '', clock]) => `${pairs(date).slice(1).join('-')}T${clock}`,
  },
  Windows: { columns: ['Date', 'Time'], of: ([date = '', clock]) => `${date.slice(5)}T${clock}` },
};

/** Systems whose published column Level holds levels, by first letter: the severities they may become. */
const withLevel = new Set(['Android', 'Apache', 'BGL', 'HDFS', 'Spark', 'Windows']);
const severities: Readonly<Record<string, readonly [number, number]>> = {
  V: [1, 4],
  D: [5, 8],
  I: [9, 12],
  N: [9, 12],
  W: [13, 16],
  E: [17, 20],
  S: [17, 20],
  F: [18, 24],
};

/** What lines begin with, real and as loggers write it: is it recognised without a format, and where does it end? */
export const headersSuite: Suite = ({ say }) => {
  say('headers of loggers');
  const formats = Object.keys(headerFormats).map((name) => ({ system: name, ...judgeFormat(name) }));
  const data = findRealData('loghub_2k');
  if ('missing' in data)
    return Promise.resolve({
      rows: formats,
      claims: [formatsClaim(formats), costClaim()],
      notes: [data.missing],
    });
  const rows = systems.map(({ name, isHeldOut }) => {
    say(`headers of ${name}`);
    return { system: name, 'held out': isHeldOut, ...judge(data.path, name) };
  });
  return Promise.resolve({
    rows: [...rows, ...formats],
    claims: [
      shareClaim(rows, 'time right'),
      shareClaim(rows, 'level right'),
      shareClaim(rows, 'cut right'),
      formatsClaim(formats),
      costClaim(),
    ],
    notes: [
      'Cut whole: lines written in the format of a logger (header-formats.ts), four messages; the last six of the list are known to be hard.',
      'Time: month, day and clock of the record against the published columns. Level: its severity against the column Level.',
      'Cut: the text behind the header equals the published content, as culprit parse cuts it without a format.',
      'HPC is held out for templates; kinds of its columns, not its lines, were looked at for headers.',
    ],
  });
};

function judge(folder: string, name: string): Row {
  const { rawLines, contents } = readSystem(folder, name);
  const truth = truths[name];
  if (truth === undefined) throw new Error(`${name}: its time columns are not known`);
  const csv = gunzipSync(readFileSync(join(folder, `${name}_2k.log_structured.csv.gz`))).toString('utf8');
  const columns: Readonly<Record<string, readonly string[]>> = readColumns(
    csv,
    withLevel.has(name) ? [...truth.columns, 'Level'] : truth.columns,
  );
  const times = new Map(
    rawLines.map((line, i) => [line, truth.of(truth.columns.map((column) => columns[column]?.[i] ?? ''))]),
  );
  const levels = new Map(rawLines.map((line, i) => [line, columns['Level']?.[i] ?? '']));
  const records = recordsOf(rawLines);
  const share = (isRight: (record: HeaderOfRecord) => boolean): number =>
    round(records.filter((record) => isRight(record)).length / records.length);
  const found = share(({ line, time }) => times.get(line) === time);
  const cut = contentsOf(rawLines).filter((content, i) => content === contents[i]?.trim()).length;
  return {
    lines: rawLines.length,
    'time right': found,
    ...(withLevel.has(name)
      ? { 'level right': share(({ line, severity }) => isLevel(levels.get(line) ?? '', severity)) }
      : {}),
    'cut right': round(cut / rawLines.length),
  };
}

const formatMessages: readonly ((random: () => number) => string)[] = [
  (random) => `user ${Math.floor(random() * 999)} logged in from 10.0.${Math.floor(random() * 255)}.7`,
  (random) => `cache miss for key ${Math.floor(random() * 0xffffff).toString(16)}`,
  () => 'connection refused by upstream',
  (random) => `request took ${Math.floor(random() * 900)} ms`,
];

/** Part of the lines of a logger whose content is just the message. */
function judgeFormat(name: string): Row {
  const rng = createRng(17);
  const random = (): number => rng.next();
  const messages = Array.from({ length: 300 }, () => {
    const write = formatMessages[Math.floor(random() * formatMessages.length)];
    return write?.(random) ?? '';
  });
  const lines = messages.map((message, i) =>
    writeHeader(headerFormats[name] ?? '', Date.UTC(2024, 2, 5, 9, 58, 3) + i * 731, message, random),
  );
  const cut = contentsOf(lines).filter((content, i) => content === messages[i]).length;
  return { lines: lines.length, 'cut whole': round(cut / lines.length) };
}

function formatsClaim(rows: readonly Row[]): Claim {
  const whole = rows.filter((row) => Number(row['cut whole']) >= LEAST_SHARE);
  return {
    claim: `at least ${LEAST_FORMATS} of the formats of loggers are cut whole`,
    isMet: whole.length >= LEAST_FORMATS * rows.length,
    measured: `${whole.length} of ${rows.length}`,
  };
}

interface HeaderOfRecord {
  readonly line: string;
  readonly time: string;
  readonly severity: number;
}

/** Time and severity of every record, with its first line. */
function recordsOf(lines: readonly string[]): HeaderOfRecord[] {
  const reader = new EnvelopeReader({ defaults: { environment: 'quality', file: 'x.log' } });
  const assembler = new RecordAssembler({ referenceMillis: millisOfYear });
  const { batch } = reader.read(Buffer.from(lines.join('\n')), 'text', Number.NaN);
  return [...headersOf(assembler.push(batch)), ...headersOf(assembler.flush())];
}

function headersOf(records: RecordBatch): HeaderOfRecord[] {
  return Array.from({ length: records.length }, (_, i) => {
    const body = decodeUtf8(records.bytes.subarray(records.bodyStart[i], records.bodyEnd[i]));
    return {
      line: body.split('\n')[0] ?? '',
      time: new Date(records.timeMillis[i] ?? 0).toISOString().slice(5, 19),
      severity: records.severity[i] ?? 0,
    };
  });
}

function contentsOf(lines: readonly string[]): string[] {
  const encoded = lines.map((line) => Buffer.from(line));
  const format = learnLogFormat(encoded.slice(0, layoutSampleLines));
  return encoded.map((bytes) => {
    const range = format.contentOf(bytes, 0, bytes.length);
    return bytes.subarray(range?.start, range?.end).toString('utf8').trim();
  });
}

function isLevel(level: string, severity: number): boolean {
  const [least, most] = severities[level.charAt(0).toUpperCase()] ?? [0, 0];
  return severity >= least && severity <= most;
}

function shareClaim(rows: readonly Row[], column: string): Claim {
  const shares = rows.flatMap((row) => (typeof row[column] === 'number' ? [row[column]] : []));
  const lowest = Math.min(...shares);
  return {
    claim: `${column} in at least ${LEAST_SHARE} of the lines of every system`,
    isMet: lowest >= LEAST_SHARE,
    measured: `lowest ${lowest}, mean ${round(shares.reduce((sum, share) => sum + share, 0) / shares.length)} of ${shares.length}`,
  };
}

/** CPU time of a line of 64 KiB of one byte, for every byte but the line feed, in the readers of records. */
function costClaim(): Claim {
  let worst = 0;
  for (let byte = 0; byte < 256; byte++) {
    if (byte === LINE_FEED) continue;
    const line = new Uint8Array(LONGEST_LINE_BYTES).fill(byte);
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round++) best = Math.min(best, millisOf(line));
    worst = Math.max(worst, best);
  }
  return {
    claim: `a line of 64 KiB of one byte is read in at most ${MOST_MS_A_LINE} ms of CPU`,
    isMet: worst <= MOST_MS_A_LINE,
    measured: `${worst.toFixed(1)} ms for the dearest of 255 bytes`,
  };
}

function millisOf(line: Uint8Array): number {
  const before = process.cpuUsage();
  const reader = new EnvelopeReader({ defaults: { environment: 'quality', file: 'x.log' } });
  const assembler = new RecordAssembler();
  assembler.push(reader.read(line, 'auto', Number.NaN).batch);
  assembler.flush();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function round(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
