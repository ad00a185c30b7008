import {
  EnvelopeReader,
  LaneClock,
  RecordAssembler,
  type AssemblerOptions,
  type InputFormat,
  type RecordBatch,
  type SourceDefaults,
} from '@culprit/records';

/** How far a line may lie behind the lines before it without a jump. */
const toleranceMillis = 60_000;
/** Lines in a row behind the others that make a jump lasting. */
const lastingLines = 16;
/** Lines looked at together; only around a jump they are looked at one by one. */
const linesPerLook = 256;
const lineFeed = 10;

/** Settings of {@link RunFinder}. */
export interface RunFinderOptions {
  readonly format: InputFormat;
  readonly defaults: SourceDefaults;
  readonly assembler: AssemblerOptions;
}

/** A jump back that has not lasted yet. */
interface Candidate {
  readonly start: number;
  readonly clock: LaneClock;
  lines: number;
}

/**
 * Finds the runs of a text whose time goes back by more than a minute and stays there: the files it was put together
 * from, the services it was sorted by. Lines that fall back for less than 16 lines are stragglers of their run.
 */
export class RunFinder {
  readonly #options: RunFinderOptions;
  readonly #envelope: EnvelopeReader;
  readonly #streams = new Map<string, number>();
  readonly #starts = [0];
  #clock = new LaneClock();
  #candidate: Candidate | undefined;
  #offset = 0;

  constructor(options: RunFinderOptions) {
    this.#options = options;
    this.#envelope = new EnvelopeReader({ defaults: options.defaults });
  }

  get format(): InputFormat {
    return this.#options.format;
  }

  /** Byte offsets at which the runs found so far begin; the first is 0. */
  get starts(): readonly number[] {
    return this.#starts;
  }

  /** Takes the next whole lines. */
  push(lines: Uint8Array): void {
    for (let at = 0; at < lines.length;) {
      const end = endOfLines(lines, at, linesPerLook);
      this.#look(lines.subarray(at, end));
      at = end;
    }
  }

  /** The text is over: what fell back until now did not come back. */
  finish(): void {
    if (this.#candidate !== undefined) this.#confirm(this.#candidate);
  }

  #look(lines: Uint8Array): void {
    if (this.#candidate === undefined && this.#isInOrder(lines)) {
      this.#offset += lines.length;
      return;
    }
    for (let at = 0; at < lines.length;) {
      const end = endOfLines(lines, at, 1);
      this.#eachTime(lines.subarray(at, end), (time, stream) => this.#take(time, stream));
      this.#offset += end - at;
      at = end;
    }
  }

  /** True when nothing in these lines falls back; the clock has seen them then. */
  #isInOrder(lines: Uint8Array): boolean {
    const clock = new LaneClock();
    clock.restore(this.#clock.toNumbers());
    let isInOrder = true;
    this.#eachTime(lines, (time, stream) => {
      if (time < clock.millis - toleranceMillis) isInOrder = false;
      clock.observe(stream, time);
    });
    if (isInOrder) this.#clock = clock;
    return isInOrder;
  }

  /** Calls `visit` for every record of the lines that has a time. */
  #eachTime(lines: Uint8Array, visit: (time: number, stream: number) => void): void {
    const { batch } = this.#envelope.read(lines, this.#options.format, Number.NaN);
    const assembler = new RecordAssembler(this.#options.assembler);
    this.#eachRecord(assembler.push(batch), visit);
    this.#eachRecord(assembler.flush(), visit);
  }

  #eachRecord(records: RecordBatch, visit: (time: number, stream: number) => void): void {
    for (let i = 0; i < records.length; i++) {
      const time = records.timeMillis[i] ?? 0;
      if (time !== 0) visit(time, this.#streamOf(records, records.streamIndex[i] ?? 0));
    }
  }

  /** The same stream has the same number in all looks. */
  #streamOf(records: RecordBatch, index: number): number {
    const stream = records.streams[index];
    const key = stream === undefined ? '' : JSON.stringify([stream.logType, stream.pod, stream.host]);
    const number = this.#streams.get(key) ?? this.#streams.size;
    this.#streams.set(key, number);
    return number;
  }

  #take(time: number, stream: number): void {
    const candidate = this.#candidate;
    if (time >= this.#clock.millis - toleranceMillis) {
      this.#candidate = undefined;
      this.#clock.observe(stream, time);
      return;
    }
    if (candidate !== undefined && time >= candidate.clock.millis - toleranceMillis) {
      candidate.clock.observe(stream, time);
      candidate.lines++;
      if (candidate.lines >= lastingLines) this.#confirm(candidate);
      return;
    }
    if (candidate !== undefined) this.#confirm(candidate);
    this.#candidate = { start: this.#offset, clock: new LaneClock(), lines: 1 };
    this.#candidate.clock.observe(stream, time);
  }

  #confirm(candidate: Candidate): void {
    this.#starts.push(candidate.start);
    this.#clock = candidate.clock;
    this.#candidate = undefined;
  }
}

/** End of the next `count` lines behind `start`, at most the end of the bytes. */
function endOfLines(bytes: Uint8Array, start: number, count: number): number {
  let end = start;
  for (let line = 0; line < count && end < bytes.length; line++) {
    const feed = bytes.indexOf(lineFeed, end);
    end = feed < 0 ? bytes.length : feed + 1;
  }
  return end;
}
