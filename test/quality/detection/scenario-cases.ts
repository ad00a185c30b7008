import type { EpochMillis } from '@culprit/kernel';
import { toEpochMillis, toEpochNanos } from '@culprit/kernel';
import type { BaselineLine, BatchFaultKind, FaultKind, GroundTruth, VmFaultKind } from '@culprit/testkit';
import {
  batchFaultKinds,
  createBatchScenario,
  createSockShopScenario,
  createVmScenario,
  faultKinds,
  matchesLine,
  vmFaultKinds,
} from '@culprit/testkit';
import type { DetectionCase, Lane, Manifestation, Source, Truth } from './case.js';

/** The day all scenarios begin on. */
export const START: EpochMillis = toEpochMillis(toEpochNanos(Date.UTC(2026, 2, 1, 8)));

const LEARN_MINUTES = 120;
const TAIL_MINUTES = 15;
const GRACE_MS = 30 * 60_000;
const AFTERMATH_MS = 10 * 60_000;
const BLOCK_CHARACTERS = 1 << 20;
const SYSLOG_FILE = /\/(?:syslog|auth\.log)$/;
const JOURNAL_FILE = /\/journal\.log$/;
const encoder = new TextEncoder();

type AnyFault = BatchFaultKind | FaultKind | VmFaultKind;

/** What does not show as errors; every other kind does. */
const manifestations: Readonly<Partial<Record<AnyFault, Manifestation>>> = {
  'queue-blocked': 'silence',
  'consumer-hung': 'silence',
  'consumer-stuck': 'silence',
  'batch-stopped': 'silence',
  'user-db-delayed': 'slowness',
  'storage-slow': 'slowness',
  'lock-wait': 'slowness',
  'tags-lost': 'value',
  'currency-wrong': 'value',
  'index-dropped': 'early',
  'secret-rotated': 'early',
  'setting-changed': 'early',
  'stage-hung': 'silence',
  'sources-slow': 'slowness',
  'source-empty': 'value',
  'settings-pushed': 'early',
};

/** How many scenarios of an application to make, and how large. */
export interface ScenarioSize {
  readonly seeds: readonly number[];
  /** Load in lines an hour, about. */
  readonly linesPerHour: number;
}

/** The control of a seed first, then every fault of the Sock Shop. */
export function shopCases({ seeds, linesPerHour }: ScenarioSize): readonly DetectionCase[] {
  const kinds = ['none', ...faultKinds] as const;
  return seeds.flatMap((seed) => kinds.map((kind) => shopCase(kind, seed, linesPerHour)));
}

/** The control of a seed first, then every fault of the virtual machines. */
export function estateCases({ seeds, linesPerHour }: ScenarioSize): readonly DetectionCase[] {
  const kinds = ['none', ...vmFaultKinds] as const;
  return seeds.flatMap((seed) => kinds.map((kind) => estateCase(kind, seed, linesPerHour)));
}

/** A fault of the Sock Shop after two hours of learning. */
export function shopCase(fault: FaultKind | 'none', seed: number, eventsPerHour: number): DetectionCase {
  const scenario = createSockShopScenario({
    fault,
    seed,
    eventsPerHour,
    startTime: START,
    learnMinutes: LEARN_MINUTES,
    tailMinutes: TAIL_MINUTES,
  });
  return {
    name: `shop ${fault} ${String(seed)}`,
    family: 'shop',
    kind: fault,
    seed,
    manifestation: manifestationOf(fault),
    truth: truthOf(scenario.groundTruth, scenario.start),
    open: (take) => envelopeSource(scenario.lines(), take),
  };
}

/** Lines of JSON envelopes as one file; `take` sees what is inside. */
export function envelopeSource(
  lines: Iterable<{ readonly timeMillis: number; readonly json: string }>,
  take: (line: BaselineLine) => void,
): Source {
  const blocks = blocksOf(lines, ({ timeMillis, json }) => {
    take(unwrap(timeMillis, json));
  });
  return { lanes: [{ file: 'shop.ndjson', blocks }], referenceMillis: START };
}

/** Lines of JSON as bytes, in blocks of about a mebibyte; `see` is shown every line. */
export function* blocksOf<Line extends { readonly json: string }>(
  lines: Iterable<Line>,
  see: (line: Line) => void,
): Generator<Uint8Array> {
  let block = '';
  for (const line of lines) {
    see(line);
    block += `${line.json}\n`;
    if (block.length < BLOCK_CHARACTERS) continue;
    yield encoder.encode(block);
    block = '';
  }
  yield encoder.encode(block);
}

function estateCase(fault: VmFaultKind | 'none', seed: number, linesPerHour: number): DetectionCase {
  const scenario = createVmScenario({
    fault,
    seed,
    linesPerHour,
    startTime: START,
    learnMinutes: LEARN_MINUTES,
    tailMinutes: TAIL_MINUTES,
  });
  return {
    name: `estate ${fault} ${String(seed)}`,
    family: 'estate',
    kind: fault,
    seed,
    manifestation: manifestationOf(fault),
    truth: truthOf(scenario.groundTruth, scenario.start),
    open: (take) => fileSource(scenario.lines(), take),
  };
}

/** The control of a seed first, then every fault of the batch farm. */
export function farmCases(seeds: readonly number[]): readonly DetectionCase[] {
  const kinds = ['none', ...batchFaultKinds] as const;
  return seeds.flatMap((seed) =>
    kinds.map((fault) => {
      const scenario = createBatchScenario({ fault, seed, startTime: START, learnMinutes: LEARN_MINUTES });
      return {
        name: `farm ${fault} ${String(seed)}`,
        family: 'farm',
        kind: fault,
        seed,
        manifestation: manifestationOf(fault),
        truth: truthOf(scenario.groundTruth, scenario.start),
        open: (take: (line: BaselineLine) => void) => fileSource(scenario.lines(), take),
      };
    }),
  );
}

/** Lines of many files, each file a lane under the name that the command line gives it: the last two parts of its path. */
export function fileSource(
  lines: Iterable<{ readonly timeMillis: number; readonly file: string; readonly text: string }>,
  take: (line: BaselineLine) => void,
): Source {
  const writers = new Map<string, BlockWriter>();
  let referenceMillis = 0;
  for (const { timeMillis, file, text } of lines) {
    const name = file.replace(/\.\d+$/, '');
    take({ timeMillis, logType: nameOfProgram(name, text), message: text });
    referenceMillis = Math.max(referenceMillis, timeMillis);
    const writer = writers.get(file) ?? new BlockWriter();
    writers.set(file, writer);
    writer.add(text);
  }
  const lanes = [...writers].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    lanes: lanes.map(([path, writer]): Lane => ({
      file: path.split('/').slice(-2).join('/'),
      blocks: writer.finish(),
    })),
    referenceMillis,
  };
}

/** Lines as bytes, in blocks of about a mebibyte. */
class BlockWriter {
  readonly #blocks: Uint8Array[] = [];
  #lines: string[] = [];
  #characters = 0;

  add(line: string): void {
    this.#lines.push(line);
    this.#characters += line.length + 1;
    if (this.#characters >= BLOCK_CHARACTERS) this.#close();
  }

  finish(): readonly Uint8Array[] {
    this.#close();
    return this.#blocks;
  }

  #close(): void {
    if (this.#lines.length === 0) return;
    this.#blocks.push(encoder.encode(`${this.#lines.join('\n')}\n`));
    this.#lines = [];
    this.#characters = 0;
  }
}

/** The answer key of a scenario as judges read it. */
export function truthOf({ fault, onset, end, culprit, ...lines }: GroundTruth<string>, start: number): Truth {
  return {
    judgedFrom: fault === 'none' ? start + GRACE_MS : onset,
    onset,
    end,
    aftermathMillis: AFTERMATH_MS,
    hasOpenKey: false,
    hasRootLines: true,
    isCulprit: culpritTest(culprit),
    isRoot: (text) => lines.rootLines.some((matcher) => matchesLine(matcher, text)),
    isSymptom: (text) => lines.symptomLines.some((matcher) => matchesLine(matcher, text)),
  };
}

/** `node/NAME` is whatever that machine itself writes; everything else a part of the name of a log type. */
function culpritTest(culprit: string): Truth['isCulprit'] {
  if (!culprit.startsWith('node/')) return ({ logType }) => culprit !== '' && logType.includes(culprit);
  const machine = culprit.slice('node/'.length);
  return ({ logType, host }) =>
    !logType.includes('/') && logType !== 'k8s-events' && (host === '' || host.startsWith(machine));
}

function manifestationOf(kind: AnyFault | 'none'): Manifestation {
  return kind === 'none' ? 'none' : (manifestations[kind] ?? 'errors');
}

interface Envelope {
  readonly log: string;
  readonly kubernetes?: { readonly namespace_name: string; readonly container_name: string };
  readonly log_type?: string;
}

function unwrap(timeMillis: number, json: string): BaselineLine {
  const { log, kubernetes, log_type: named } = JSON.parse(json) as Envelope;
  const logType =
    kubernetes === undefined
      ? (named ?? programOf(log))
      : `${kubernetes.namespace_name}/${kubernetes.container_name}`;
  return { timeMillis, logType, message: log };
}

/** The program in an RFC 3164 header. */
function programOf(line: string): string {
  return /^\S+ +\S+ \S+ \S+ ([\w./-]+)/.exec(line)?.[1] ?? '';
}

/** The program where a file has several of them, or the file. */
function nameOfProgram(file: string, line: string): string {
  if (SYSLOG_FILE.test(file)) return programOf(line);
  return JOURNAL_FILE.test(file) ? (/^\S+ \S+ ([\w./-]+)/.exec(line)?.[1] ?? '') : file;
}
