import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { decodeUtf8 } from '@culprit/kernel';
import { parametersOf, TemplateMiner, type LineParts } from '@culprit/mining';
import {
  cleanInto,
  layoutSampleLines,
  learnLogFormat,
  LineSplitter,
  needsCleaning,
  parseLogFormat,
  type LogFormat,
} from '@culprit/records';
import type { Command } from 'commander';
import { CliError, exitCodes, outputError } from '../cli-error.js';
import { findLogFiles, readBlocks, type LogFile } from '../input/log-files.js';
import { Spool } from '../input/spool.js';
import { createProgress, type Progress } from '../output/progress.js';
import { plural } from '../output/terminal.js';

interface ParseFlags {
  readonly out?: string;
  readonly logFormat?: string;
  readonly parameters?: true;
}

const slot = '<*>';
const lineFeed = 10;
const escape = 0x1b;
const carriageReturn = 13;
const flushCharacters = 1 << 16;
/** Of a line that the header is learned from: far more than any header has, far less than a line may have. */
const maxSampleBytes = 4_096;

/** Adds `culprit parse`: event types and parameters of every line as CSV. */
export function addParseCommand(program: Command): void {
  program
    .command('parse')
    .description('turn every line into its event type and parameters, as CSV')
    .argument('<file>', 'a log file, plain or gzip; "-" is standard input')
    .option('--out <file>', 'CSV file to write (default: standard output)')
    .option('--log-format <format>', "header layout, for example '<Date> <Time> <Level> <Content>'")
    .option('--parameters', 'add a column that gives every parameter its name, type and place in the line')
    .addHelpText(
      'after',
      `
Columns: LineId,EventId,EventTemplate,ParameterList; one row per input line, in input order. Event types that
turned out to be one are one in the output. Without --log-format the header is found by looking (time, level,
columns that repeat); --log-format '<Content>' takes the whole line as content.
With --parameters the column Parameters holds [{"name":"took","type":"quantity","value":"31ms","start":18,"end":22}]:
the name where the line gives one (took=31ms, "status": 200, user bob), places in bytes of the line. Constants holds the
text before, between and behind the values where it is not that of EventTemplate: null where it is, [] if everywhere.
Values in the places of <*>, with these texts in between, are the content of the line, character by character.

Examples:
  culprit parse app.log --out structured.csv
  culprit parse hdfs.log --log-format '<Date> <Time> <Pid> <Level> <Component>: <Content>' --out hdfs.csv`,
    )
    .action(parse);
}

async function parse(path: string, flags: ParseFlags): Promise<void> {
  const given = flags.logFormat === undefined ? undefined : compileFormat(flags.logFormat);
  const [named] = findLogFiles([path]);
  if (named === undefined) throw new CliError('parse takes one file.', exitCodes.usage);
  const spool = new Spool();
  try {
    const file = await spool.keep(named);
    const format = given ?? learnLogFormat(await firstLines(file, layoutSampleLines));
    const miner = new TemplateMiner({ scope: 'parse' });
    // Two passes: the first learns the event types, the second writes every line with the types they became.
    const lines = await eachLine(file, createProgress('learning', file.sizeBytes), (bytes, start, end) => {
      mine({ miner, format, bytes, start, end });
    });
    if (lines === 0) throw new CliError(`${path}: it is empty.`, exitCodes.badInput);
    const output = await openOutput(flags.out);
    const describes = flags.parameters === true;
    await writeRows({ file, miner, format, output, describes }).catch((error: unknown) => {
      throw error instanceof CliError ? error : outputError(flags.out ?? 'standard output', error);
    });
    process.stderr.write(`${plural(lines, 'line')}, ${plural(countTypes(miner), 'event type')}\n`);
  } finally {
    await spool.remove();
  }
}

interface MineArguments {
  readonly miner: TemplateMiner;
  readonly format: LogFormat;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

function mine({ miner, format, bytes, start, end }: MineArguments): number {
  const content = format.contentOf(bytes, start, end);
  return miner.canonical(miner.mine(bytes, content?.start ?? start, content?.end ?? end));
}

/** The parts of the line last mined; places are those in the whole line. */
function partsOf({ miner, format, bytes, start, end }: MineArguments, template: string): LineParts {
  const content = format.contentOf(bytes, start, end) ?? { start, end };
  const spans = miner.parameterSpans.subarray(0, 2 * miner.parameterCount).map((at) => at - content.start);
  const parts = parametersOf(template, bytes.subarray(content.start, content.end), spans);
  const headerLength = content.start - start;
  const parameters = parts.parameters.map((parameter) => ({
    ...parameter,
    start: parameter.start + headerLength,
    end: parameter.end + headerLength,
  }));
  return { ...parts, parameters };
}

interface WriteRowsOptions {
  readonly file: LogFile;
  readonly miner: TemplateMiner;
  readonly format: LogFormat;
  readonly output: Writable;
  /** With the column of names, types and places. */
  readonly describes: boolean;
}

async function writeRows({ file, miner, format, output, describes }: WriteRowsOptions): Promise<void> {
  let pending = `LineId,EventId,EventTemplate,ParameterList${describes ? ',Parameters,Constants' : ''}\n`;
  let lineId = 0;
  const textByTemplate = new Map<number, string>();
  await eachLine(file, createProgress('writing', file.sizeBytes), async (bytes, start, end) => {
    const line = { miner, format, bytes, start, end };
    const template = mine(line);
    const text = textByTemplate.get(template) ?? miner.templateText(template);
    textByTemplate.set(template, text);
    lineId++;
    pending += `${lineId},${miner.templateId(template)},${csv(text)},${describes ? describedCells(line, text) : valuesCell(line, text)}\n`;
    if (pending.length < flushCharacters) return;
    const isRoomLeft = output.write(pending);
    pending = '';
    if (!isRoomLeft) await untilWritable(output);
  });
  output.write(pending);
  if (output !== process.stdout) {
    output.end();
    await finished(output);
  }
}

/** ParameterList, Parameters and Constants. */
function describedCells(line: MineArguments, template: string): string {
  const { parameters, constants } = partsOf(line, template);
  const values = parameters.map(({ value }) => value);
  return [values, parameters, constants].map((cell) => csv(JSON.stringify(cell))).join(',');
}

/** ParameterList alone. Where the line itself has `<*>`, the values are more than the miner's. */
function valuesCell(line: MineArguments, template: string): string {
  const { parameterCount, parameterSpans } = line.miner;
  const hasOwnSlots = template.split(slot).length !== parameterCount + 1;
  const values = hasOwnSlots
    ? partsOf(line, template).parameters.map(({ value }) => value)
    : Array.from({ length: parameterCount }, (_, i) =>
        decodeUtf8(line.bytes.subarray(parameterSpans[2 * i], parameterSpans[2 * i + 1])),
      );
  return csv(JSON.stringify(values));
}

/** The begins of the first lines with anything in them. */
async function firstLines(file: LogFile, count: number): Promise<Uint8Array[]> {
  const lines: Uint8Array[] = [];
  const splitter = new LineSplitter();
  const take = (block: Uint8Array): void => {
    for (const { bytes, start, end } of linesOf(block)) {
      if (lines.length === count) return;
      if (end > start) lines.push(bytes.slice(start, Math.min(end, start + maxSampleBytes)));
    }
  };
  for await (const block of readBlocks(file, () => {})) {
    take(splitter.push(block));
    if (lines.length === count) return lines;
  }
  take(splitter.finish());
  return lines;
}

type LineVisitor = (bytes: Uint8Array, start: number, end: number) => void | Promise<void>;

async function eachLine(file: LogFile, progress: Progress, visit: LineVisitor): Promise<number> {
  const splitter = new LineSplitter();
  let bytesRead = 0;
  let lines = 0;
  const visitBlock = async (block: Uint8Array): Promise<void> => {
    for (const { bytes, start, end } of linesOf(block)) {
      const pending = visit(bytes, start, end);
      if (pending !== undefined) await pending;
      lines++;
    }
    progress.update(bytesRead, lines);
  };
  for await (const block of readBlocks(file, (bytes) => (bytesRead += bytes)))
    await visitBlock(splitter.push(block));
  await visitBlock(splitter.finish());
  progress.stop();
  return lines;
}

interface LineRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** The lines of a block without their line ends and colours; one range serves all of them. */
function* linesOf(block: Uint8Array): Generator<LineRange> {
  const range = { bytes: block, start: 0, end: 0 };
  const hasColours = block.includes(escape);
  for (let start = 0; start < block.length;) {
    const feed = block.indexOf(lineFeed, start);
    const next = feed < 0 ? block.length : feed;
    range.start = start;
    range.end = next > start && block[next - 1] === carriageReturn ? next - 1 : next;
    range.bytes = block;
    if (hasColours && needsCleaning(block, range.start, range.end)) {
      const clean = new Uint8Array(3 * (range.end - range.start));
      range.end = cleanInto(block, range.start, range.end, clean);
      range.start = 0;
      range.bytes = clean;
    }
    yield range;
    start = next + 1;
  }
}

function countTypes(miner: TemplateMiner): number {
  let count = 0;
  for (let i = 0; i < miner.size; i++) if (miner.canonical(i) === i) count++;
  return count;
}

function compileFormat(text: string): LogFormat {
  try {
    return parseLogFormat(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`cannot use --log-format: ${reason}.`, exitCodes.usage, error);
  }
}

function csv(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function openOutput(path: string | undefined): Promise<Writable> {
  if (path === undefined) return process.stdout;
  const stream = createWriteStream(path);
  try {
    await once(stream, 'open');
  } catch (error) {
    throw outputError(path, error);
  }
  // Whoever writes next finds the error in the stream; without a listener it would end the process.
  stream.on('error', () => {});
  return stream;
}

/** Waits until the output takes more. The errors of standard output, a reader that left, end the process elsewhere. */
async function untilWritable(output: Writable): Promise<void> {
  if (output.errored !== null && output !== process.stdout) throw output.errored;
  await once(output, 'drain');
}
