import { isErrorText } from './error-words.js';
import { skeletonOf } from './skeleton.js';

/** What a baseline is shown of a line. */
export interface BaselineLine {
  /** Milliseconds since the epoch. */
  readonly timeMillis: number;
  readonly logType: string;
  readonly message: string;
}

/** A line that is kept as an example of its template in its minute, with the lines that continue it. */
export interface IndexedLine extends BaselineLine {
  message: string;
  /** Index of the template: log type and constant part. */
  readonly template: number;
  readonly isError: boolean;
}

/** What one minute of all log types holds. */
export interface Minute {
  readonly countByTemplate: Map<number, number>;
  readonly errorsByLogType: Map<string, number>;
  /** The first line of every template, in order of arrival. */
  readonly examples: IndexedLine[];
  /** Lines with an error word, one for each log type and second, the first 60. */
  readonly errors: IndexedLine[];
}

/** How messages become templates. */
export type Templater = (message: string) => string;

const MINUTE = 60_000;
const MAX_ERRORS = 60;
const MAX_JOINED = 4096;
const CONTINUATION = /^(?:\s|$|Caused by:)/;

/** A stretch of time in milliseconds, the end not included. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Counts of templates and error words by minute: all that the baselines know. Memory grows with minutes, not with lines. */
export class LineIndex {
  readonly #start: number;
  readonly #templateOf: Templater;
  readonly #minutes: Minute[] = [];
  readonly #templates = new Map<string, number>();
  readonly #logTypeOfTemplate: number[] = [];
  readonly #logTypes = new Map<string, number>();
  readonly #lastOfLogType = new Map<string, IndexedLine>();
  readonly #lastErrorSecond = new Map<string, number>();
  #lines = 0;

  /**
   * @param start milliseconds at which the first minute begins; earlier lines count to it
   * @param templateOf the constant part of a message
   */
  constructor(start: number, templateOf: Templater = skeletonOf) {
    this.#start = start;
    this.#templateOf = templateOf;
  }

  get minutes(): readonly Minute[] {
    return this.#minutes;
  }

  get templateCount(): number {
    return this.#templates.size;
  }

  get lineCount(): number {
    return this.#lines;
  }

  /** When a minute begins, milliseconds. */
  timeOf(minute: number): number {
    return this.#start + minute * MINUTE;
  }

  /** The minute of a time, >= 0. */
  minuteOf(timeMillis: number): number {
    return Math.max(0, Math.floor((timeMillis - this.#start) / MINUTE));
  }

  /** A small number for the log type of a template, >= 0. */
  logTypeNumber(template: number): number {
    return this.#logTypeOfTemplate[template] ?? 0;
  }

  /** The template of a message in a log type as far as it was seen; undefined otherwise. */
  templateOf(logType: string, message: string): number | undefined {
    return this.#templates.get(keyOf(logType, this.#templateOf(message)));
  }

  /** Adds a line; lines of one log type come in order of time. */
  add(line: BaselineLine): void {
    this.#lines += 1;
    const previous = this.#lastOfLogType.get(line.logType);
    if (previous !== undefined && continues(previous, line)) {
      if (previous.message.length < MAX_JOINED) previous.message += `\n${line.message}`;
      return;
    }
    const minute = this.#minuteAt(this.minuteOf(line.timeMillis));
    const template = this.#intern(line);
    const count = minute.countByTemplate.get(template) ?? 0;
    minute.countByTemplate.set(template, count + 1);
    const indexed = { ...line, template, isError: isErrorText(line.message) };
    this.#lastOfLogType.set(line.logType, indexed);
    if (count === 0) minute.examples.push(indexed);
    if (indexed.isError) this.#countError(minute, indexed);
  }

  /** Examples of a stretch, one for each template: the first in time. */
  examplesIn(stretch: Stretch): readonly IndexedLine[] {
    const first = new Map<number, IndexedLine>();
    for (const { examples } of this.#minutesIn(stretch))
      for (const line of examples)
        if (isIn(stretch, line) && !first.has(line.template)) first.set(line.template, line);
    return [...first.values()];
  }

  /** Lines with an error word in a stretch, in order of time. */
  errorsIn(stretch: Stretch): readonly IndexedLine[] {
    return this.#minutesIn(stretch).flatMap(({ errors }) => errors.filter((line) => isIn(stretch, line)));
  }

  /** How often every template comes in the minutes of a stretch. */
  countsIn(stretch: Stretch): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const { countByTemplate } of this.#minutesIn(stretch))
      for (const [template, count] of countByTemplate)
        counts.set(template, (counts.get(template) ?? 0) + count);
    return counts;
  }

  #minutesIn({ from, to }: Stretch): readonly Minute[] {
    return this.#minutes.slice(this.minuteOf(from), this.minuteOf(to - 1) + 1);
  }

  #minuteAt(index: number): Minute {
    while (this.#minutes.length <= index)
      this.#minutes.push({
        countByTemplate: new Map(),
        errorsByLogType: new Map(),
        examples: [],
        errors: [],
      });
    const minute = this.#minutes[index];
    if (minute === undefined) throw new RangeError(`no minute ${String(index)}`);
    return minute;
  }

  #intern({ logType, message }: BaselineLine): number {
    const key = keyOf(logType, this.#templateOf(message));
    const known = this.#templates.get(key);
    if (known !== undefined) return known;
    const template = this.#templates.size;
    this.#templates.set(key, template);
    const number = this.#logTypes.get(logType) ?? this.#logTypes.size;
    this.#logTypes.set(logType, number);
    this.#logTypeOfTemplate.push(number);
    return template;
  }

  #countError({ errorsByLogType, errors }: Minute, line: IndexedLine): void {
    const { logType } = line;
    errorsByLogType.set(logType, (errorsByLogType.get(logType) ?? 0) + 1);
    const second = Math.floor(line.timeMillis / 1000);
    if (this.#lastErrorSecond.get(logType) === second || errors.length === MAX_ERRORS) return;
    this.#lastErrorSecond.set(logType, second);
    errors.push(line);
  }
}

function keyOf(logType: string, constant: string): string {
  return `${logType}\n${constant}`;
}

/** True for the further lines of a stack trace and the like. */
function continues(previous: IndexedLine, line: BaselineLine): boolean {
  return CONTINUATION.test(line.message) && line.timeMillis - previous.timeMillis < 1000;
}

function isIn({ from, to }: Stretch, { timeMillis }: BaselineLine): boolean {
  return timeMillis >= from && timeMillis < to;
}
