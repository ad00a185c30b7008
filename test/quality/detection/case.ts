import type { BaselineLine } from '@culprit/testkit';

/** How a fault shows in the logs, as far as it shows at all. */
export type Manifestation = 'errors' | 'silence' | 'slowness' | 'value' | 'early' | 'none';

/** Where a line was written. */
export interface Where {
  readonly logType: string;
  /** Empty when unknown. */
  readonly host: string;
}

/** What the answer key of a case knows, whatever data it comes from. Times are milliseconds since the epoch. */
export interface Truth {
  /**
   * From when on a report about nothing counts. In a run without a fault after half an hour, because a new installation
   * may err in its first minutes; in a run with one from the onset, because before it the run is that of its control.
   */
  readonly judgedFrom: number;
  readonly onset: number;
  readonly end: number;
  /** How long after its end a fault may still cause lines that belong to it, ms. */
  readonly aftermathMillis: number;
  /** Any report over the fault is right, because nobody knows which other lines it caused. */
  readonly hasOpenKey: boolean;
  /** True when a log type is the one that is to blame; on one of several machines if the host is known. */
  isCulprit(where: Where): boolean;
  /** False where nobody knows which line was written by what went wrong first. */
  readonly hasRootLines: boolean;
  /** True for a line written by what went wrong first. */
  isRoot(text: string): boolean;
  /** True for a line written by what broke after it. */
  isSymptom(text: string): boolean;
}

/** One file of a case, block by block, as a reader of files sees it. */
export interface Lane {
  /** As the command line would name it. */
  readonly file: string;
  readonly blocks: Iterable<Uint8Array>;
}

/** The logs of a case. */
export interface Source {
  readonly lanes: readonly Lane[];
  /** When the newest file was written, for times without a year, ms. */
  readonly referenceMillis: number;
}

/** Logs with a known answer: a planted fault, a recorded one, or none. */
export interface DetectionCase {
  /** Unique, for tables and lists of failures. */
  readonly name: string;
  readonly family: string;
  /** Kind of fault, `none` for a control. */
  readonly kind: string;
  readonly seed: number;
  readonly manifestation: Manifestation;
  readonly truth: Truth;
  /**
   * Opens the logs, every time from their beginning.
   *
   * @param take is shown every line in order of time, at the latest when its block is read
   */
  open(take: (line: BaselineLine) => void): Source;
}
