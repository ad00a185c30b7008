import { Dice } from '../dice.js';
import { Simulation } from '../simulation.js';
import { TimeText } from '../time-text.js';
import type { VmLine } from '../vm-estate/vm-scenario.js';

/** What faults change and programs look at. Everything starts healthy. */
export interface Health {
  schema: 'agreed' | 'changed';
  store: 'up' | 'over-quota' | 'unreadable';
  gpu: 'up' | 'lost';
  token: 'valid' | 'expired';
  payments: 'full' | 'empty';
  features: 'running' | 'hung' | 'killed';
  sources: 'fast' | 'slow';
}

/** The machines: two for extraction, one with a graphics card, one that stores, one that plans and serves. */
export const hostNames = ['etl1', 'etl2', 'gpu1', 'store1', 'plan1'] as const;
export type HostName = (typeof hostNames)[number];

interface FileSource {
  readonly lagMillis: number;
  readonly file: string;
}

const ZONE = '+0000';

/** Bare machines whose programs write files of their own, each in its own form, and the journal of each machine. */
export class Farm {
  readonly sim: Simulation<FileSource, VmLine>;
  readonly text = new TimeText();
  readonly health: Health = {
    schema: 'agreed',
    store: 'up',
    gpu: 'up',
    token: 'valid',
    payments: 'full',
    features: 'running',
    sources: 'fast',
  };

  readonly #seed: number;
  readonly #sources = new Map<string, FileSource>();

  constructor(seed: number, start: number) {
    this.#seed = seed;
    this.sim = new Simulation(start, ({ time, source, text }) => ({
      timeMillis: time,
      file: source.file,
      text,
    }));
  }

  dice(actor: string): Dice {
    return new Dice(this.#seed, `batch-farm/${actor}`);
  }

  /** Plain text after `2026-03-01 08:00:00,123 LEVEL [part] `. */
  plain(at: number, file: string, level: string, part: string, text: string): void {
    this.#write(at, file, `${this.text.spring(at).replace('.', ',')} ${level} [${part}] ${text}`);
  }

  /** Key and value pairs behind time and level. */
  logfmt(at: number, file: string, level: string, pairs: string): void {
    this.#write(at, file, `ts=${this.text.isoMillis(at)} level=${level} ${pairs}`);
  }

  /** A JSON object; `members` is its text behind time and level. */
  json(at: number, file: string, level: string, members: string): void {
    this.#write(at, file, `{"ts":"${this.text.isoMillis(at)}","level":"${level}",${members}}`);
  }

  /** Time in brackets and a word for the level, as the store writes. */
  bracketed(at: number, file: string, level: string, text: string): void {
    this.#write(at, file, `[${this.text.slashes(at)}] ${level}: ${text}`);
  }

  /** A line of `journalctl -o short-iso`. */
  journal(at: number, host: HostName, program: string, text: string): void {
    const stamp = this.text.isoSeconds(at).replace('Z', ZONE);
    this.#write(at, `${host}/journal.log`, `${stamp} ${host} ${program}: ${text}`);
  }

  /** Repeats a task at random gaps. */
  every(dice: Dice, meanMillis: number, task: (now: number) => void): void {
    this.sim.repeat(this.sim.now + dice.gap(meanMillis), () => dice.gap(meanMillis) + 1, task);
  }

  /** Repeats a task at a fixed interval. */
  tick(first: number, interval: number, task: (now: number) => void): void {
    this.sim.repeat(first, () => interval, task);
  }

  #write(at: number, file: string, text: string): void {
    let source = this.#sources.get(file);
    if (source === undefined) {
      source = { lagMillis: 0, file };
      this.#sources.set(file, source);
    }
    for (const line of text.split('\n')) this.sim.emit(at, source, line);
  }
}

export const files = {
  fetch: 'etl1/ingestd.log',
  validate: 'etl1/validate.json.log',
  features: 'etl2/feature-builder.log',
  train: 'gpu1/trainer.log',
  store: 'store1/objectd.log',
  plan: 'plan1/planner.json.log',
  serve: 'plan1/scored.json.log',
} as const;
