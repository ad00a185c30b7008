import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readColumns } from './csv.js';

/** One system of the LogHub samples. */
export interface System {
  readonly name: string;
  /** Held-out systems are gates: their totals may be looked at, their lines may not, and no rule may come from them. */
  readonly isHeldOut: boolean;
  /** Layout of a raw line in the notation of the benchmark that published the samples. */
  readonly logFormat: string;
}

/** The ten systems, by name. */
export const systems: readonly System[] = [
  {
    name: 'Android',
    isHeldOut: false,
    logFormat: String.raw`<Date> <Time>  <Pid>  <Tid> <Level> <Component>: <Content>`,
  },
  { name: 'Apache', isHeldOut: true, logFormat: String.raw`\[<Time>\] \[<Level>\] <Content>` },
  {
    name: 'BGL',
    isHeldOut: false,
    logFormat: '<Label> <Timestamp> <Date> <Node> <Time> <NodeRepeat> <Type> <Component> <Level> <Content>',
  },
  { name: 'HDFS', isHeldOut: true, logFormat: '<Date> <Time> <Pid> <Level> <Component>: <Content>' },
  { name: 'HPC', isHeldOut: true, logFormat: '<LogId> <Node> <Component> <State> <Time> <Flag> <Content>' },
  {
    name: 'Linux',
    isHeldOut: false,
    logFormat: String.raw`<Month> <Date> <Time> <Level> <Component>(\[<PID>\])?: <Content>`,
  },
  {
    name: 'OpenSSH',
    isHeldOut: false,
    logFormat: String.raw`<Date> <Day> <Time> <Component> sshd\[<Pid>\]: <Content>`,
  },
  { name: 'Proxifier', isHeldOut: false, logFormat: String.raw`\[<Time>\] <Program> - <Content>` },
  { name: 'Spark', isHeldOut: true, logFormat: '<Date> <Time> <Level> <Component>: <Content>' },
  {
    name: 'Windows',
    isHeldOut: true,
    logFormat: '<Date> <Time>, <Level>                  <Component>    <Content>',
  },
];

/** What is known of the lines of a system, line by line. */
export interface LabelledSystem {
  /** Path of the raw log, gzip. */
  readonly path: string;
  readonly rawLines: readonly string[];
  /** The lines without the log's own header. */
  readonly contents: readonly string[];
  /** True templates after the corrections of Khan et al. 2022. */
  readonly templates: readonly string[];
  /** Event ids as first published, which older results were measured against. */
  readonly originalIds: readonly string[];
}

/** Reads one system from the folder of the samples; throws when its parts do not fit together. */
export function readSystem(folder: string, name: string): LabelledSystem {
  const base = join(folder, `${name}_2k.log`);
  const corrected = readColumns(unpack(`${base}_structured_corrected.csv.gz`), ['Content', 'EventTemplate']);
  const original = readColumns(unpack(`${base}_structured.csv.gz`), ['EventId']);
  const rawLines = linesOf(unpack(`${base}.gz`));
  const { Content: contents, EventTemplate: templates } = corrected;
  const { EventId: originalIds } = original;
  if (rawLines.length !== templates.length || originalIds.length !== templates.length)
    throw new Error(`${name}: ${rawLines.length} lines, but ${templates.length} true templates`);
  return { path: `${base}.gz`, rawLines, contents, templates, originalIds };
}

/** The logs without truth, by name. */
export function readUnlabelled(
  folder: string,
): readonly { name: string; path: string; lines: readonly string[] }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt.gz'))
    .toSorted()
    .map((file) => {
      const path = join(folder, file);
      return { name: file.slice(0, -'.txt.gz'.length), path, lines: linesOf(unpack(path)) };
    });
}

function unpack(path: string): string {
  return gunzipSync(readFileSync(path)).toString('utf8');
}

/** Lines without their ends; an empty last line is none. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
