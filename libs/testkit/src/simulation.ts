import type { ScenarioLine } from './scenario.js';
import { threeDigits } from './time-text.js';

/** Where lines come from, with everything of the envelope that does not change from line to line. */
export interface LineSource {
  /** What follows the text in the JSON object, from `,` to the closing brace. */
  readonly tail: string;
  /** How much later than it was written a line is delivered; fixed per source, so a source stays in order. */
  readonly lagMillis: number;
}

type Task = (now: number) => void;

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly task: Task;
}

interface Delayed {
  readonly lagMillis: number;
}

interface PendingLine<Source> {
  readonly time: number;
  readonly deliveredAt: number;
  readonly source: Source;
  readonly text: string;
}

/** A line as it leaves the simulation. */
export interface DueLine<Source> {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** 0..999, so that lines of one millisecond stay apart as the runtime's own nanosecond stamps do. */
  readonly micros: number;
  readonly source: Source;
  readonly text: string;
}

/**
 * A discrete event simulation whose output is log lines. Tasks run in order of time and emit lines at their own time
 * or later; lines leave in order of delivery.
 */
export class Simulation<Source extends Delayed = LineSource, Line = ScenarioLine> {
  readonly #timers: Timer[] = [];
  readonly #render: (line: DueLine<Source>) => Line;
  #pending: PendingLine<Source>[] = [];
  #order = 0;
  #now: number;

  /**
   * @param start milliseconds since the epoch
   * @param render what becomes of a line when it is delivered
   */
  constructor(start: number, render: (line: DueLine<Source>) => Line) {
    this.#now = start;
    this.#render = render;
  }

  get now(): number {
    return this.#now;
  }

  /** Runs a task at a time, not before now. Equal times run in the order of scheduling. O(log n). */
  schedule(at: number, task: Task): void {
    const timer = { at: Math.max(at, this.#now), order: this.#order++, task };
    const heap = this.#timers;
    let index = heap.length;
    heap.push(timer);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || isBefore(parent, timer)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = timer;
  }

  /** Repeats a task; `gap` draws the time to the next run and must be > 0. */
  repeat(first: number, gap: () => number, task: Task): void {
    const run = (now: number): void => {
      task(now);
      this.schedule(now + gap(), run);
    };
    this.schedule(first, run);
  }

  /** Writes one line at a time, not before now. */
  emit(at: number, source: Source, text: string): void {
    const time = Math.floor(Math.max(at, this.#now));
    this.#pending.push({ time, deliveredAt: time + source.lagMillis, source, text });
  }

  /** Runs until `end` (exclusive) and yields every line delivered before it. */
  *run(end: number): Generator<Line> {
    const stepMillis = 500;
    for (let limit = this.#now + stepMillis; ; limit += stepMillis) {
      const until = Math.min(limit, end);
      this.#runTimers(until);
      this.#now = until;
      yield* this.#deliver(until);
      if (until === end) return;
    }
  }

  #runTimers(until: number): void {
    for (;;) {
      const first = this.#timers[0];
      if (first === undefined || first.at >= until) return;
      this.#removeFirst();
      this.#now = first.at;
      first.task(first.at);
    }
  }

  *#deliver(until: number): Generator<Line> {
    const due: PendingLine<Source>[] = [];
    const later: PendingLine<Source>[] = [];
    for (const line of this.#pending) (line.deliveredAt < until ? due : later).push(line);
    this.#pending = later;
    due.sort((a, b) => a.deliveredAt - b.deliveredAt);
    let previous = -1;
    let micros = 0;
    for (const { time, source, text } of due) {
      micros = time === previous ? Math.min(micros + 1, 999) : 0;
      previous = time;
      yield this.#render({ time, micros, source, text });
    }
  }

  #removeFirst(): void {
    const heap = this.#timers;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      const left = heap[childIndex];
      if (left === undefined) break;
      const right = heap[childIndex + 1];
      let child = left;
      if (right !== undefined && isBefore(right, left)) {
        child = right;
        childIndex += 1;
      }
      if (isBefore(last, child)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** A line as a JSON object the way Fluent Bit sends it. */
export function toEnvelope({ time, micros, source, text }: DueLine<LineSource>): ScenarioLine {
  const second = Math.floor(time / 1000);
  const fraction = threeDigits(time - second * 1000) + threeDigits(micros);
  return {
    timeMillis: time,
    json: `{"date":${String(second)}.${fraction},"log":${JSON.stringify(text)}${source.tail}`,
  };
}
