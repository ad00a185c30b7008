import { AppError } from '@culprit/kernel';
import { EVIDENCE_MASK, EvidenceTable, MAX_COUNT, WORDS_PER_ENTRY } from './evidence-table.js';
import { Learner } from './learner.js';
import { LineScanner } from './line-scanner.js';
import { PatternIndex } from './pattern-index.js';
import { ANY_SHAPE, CONSTANT, SOFT, VARIABLE, WILD, hashBytes } from './skeleton.js';
import { readSnapshot } from './snapshot.js';
import type { MinerState } from './snapshot.js';
import { EVIDENCE_PER_TEMPLATE, TemplateMiner } from './template-miner.js';
import { TemplateStore } from './template-store.js';

const LESS_THAN = 0x3c;
const SLOT_LENGTH = 3;

/** One template of one worker. */
interface Origin {
  readonly state: MinerState;
  readonly index: number;
  readonly id: string;
  /** Tells forms of one id apart: what was soft at birth may have become a variable for one worker only. */
  readonly form: string;
}

/**
 * Joins what several workers learned of one log type, each from its part of the lines: as if one miner had met the
 * templates of all of them. Ids stay, counts add up, what any worker merged or generalised is so in the outcome, and
 * evidence that was too thin for each alone counts together. The outcome does not depend on the order of the workers.
 *
 * The table may become as large as those of the workers together; it is full if one of them was.
 *
 * @param miners at least one, all of the same scope; they are left as they are
 * @throws AppError CULPRIT_MINING_MERGE when there is none, or scopes differ
 */
export function mergeTables(miners: readonly TemplateMiner[]): TemplateMiner {
  const states = miners.map((miner) => readSnapshot(miner.snapshot()));
  const scope = states[0]?.scope;
  if (scope === undefined || states.some((state) => state.scope !== scope))
    throw new AppError({
      code: 'CULPRIT_MINING_MERGE',
      message: `expected tables of one scope, got ${states.map((state) => JSON.stringify(state.scope)).join(', ') || 'none'}`,
    });
  const state = new Merger(states).merge(scope);
  return new TemplateMiner({ scope, maxTemplates: state.maxTemplates }, state);
}

class Merger {
  readonly #states: readonly MinerState[];
  readonly #store = new TemplateStore();
  readonly #line = new LineScanner();
  readonly #indexById = new Map<string, number>();
  readonly #generalised = new Set<number>();
  readonly #merged: number[] = [];
  readonly #origins: readonly Origin[];
  readonly #patterns: PatternIndex;
  readonly #evidence: EvidenceTable;
  readonly #learner: Learner;
  readonly #maxTemplates: number;

  constructor(states: readonly MinerState[]) {
    this.#states = states;
    const all = states.flatMap((state) =>
      Array.from({ length: state.store.size }, (_, index) => originOf(state, index)),
    );
    this.#origins = all.toSorted((a, b) => compare(a.id, b.id) || compare(a.form, b.form));
    const ordinary = new Set(all.filter((origin) => !isOverflow(origin)).map(({ id }) => id)).size;
    const isFull = all.some(isOverflow);
    this.#maxTemplates = isFull ? ordinary : Math.max(ordinary, ...states.map((s) => s.maxTemplates));
    this.#patterns = new PatternIndex(this.#store);
    this.#evidence = new EvidenceTable(this.#maxTemplates * EVIDENCE_PER_TEMPLATE);
    const tables = { store: this.#store, patterns: this.#patterns, evidence: this.#evidence };
    this.#learner = new Learner(tables, {
      generalised: (index) => this.#generalised.add(index),
      merged: (from, into) => this.#merged.push(from, into),
    });
  }

  merge(scope: string): MinerState {
    // Overflow templates have the indices behind all others.
    for (const origin of this.#origins) if (!isOverflow(origin)) this.#addBirth(origin);
    for (const origin of this.#origins) if (isOverflow(origin)) this.#addOverflow(origin);
    this.#eachBirth((index) => this.#learner.file(this.#line, index));
    for (const origin of this.#origins) this.#widen(origin);
    this.#eachBirth((index) => {
      if (this.#generalised.has(index) && this.#store.rootOf(index) === index)
        this.#learner.reviewPattern(index);
    });
    this.#addEvidence();
    this.#eachBirth((index) => this.#learner.review(this.#line, index));
    this.#settle();
    for (const origin of this.#origins) this.#addCount(origin);
    return {
      scope,
      maxTemplates: this.#maxTemplates,
      store: this.#store,
      entries: this.#evidence.entries,
      usedEntries: this.#evidence.used,
      heads: this.#patterns.heads,
      overflow: this.#overflow(),
      created: this.#pending((state) => state.created).toSorted((a, b) => a - b),
      merged: this.#merged,
      generalised: [...this.#generalised].toSorted((a, b) => a - b),
      counters: [0, 1, 2].map((i) =>
        this.#states.reduce(
          (sum, { counters }) => sum + (counters[i] ?? 0),
          i === 2 ? this.#learner.omissions : 0,
        ),
      ),
    };
  }

  #addBirth(origin: Origin): void {
    if (this.#indexById.has(origin.id)) return;
    recallBirth(this.#line, origin.state.store, origin.index);
    this.#name(this.#store.add(this.#line), origin);
  }

  #addOverflow(origin: Origin): void {
    if (!this.#indexById.has(origin.id)) this.#name(this.#store.addWild(), origin);
  }

  #name(index: number, { state, index: from, id }: Origin): void {
    this.#store.idHighs[index] = state.store.idHighs[from] ?? 0;
    this.#store.idLows[index] = state.store.idLows[from] ?? 0;
    this.#indexById.set(id, index);
  }

  /** Visits every ordinary template, the form it was born with in `#line`. */
  #eachBirth(visit: (index: number) => void): void {
    const size = Math.min(this.#store.size, this.#maxTemplates);
    for (let index = 0; index < size; index++) {
      recallBirth(this.#line, this.#store, index);
      visit(index);
    }
  }

  /** A worker may have counted words of lines that it did not keep: at least so many there are. */
  #addEvidence(): void {
    const entries = this.#states.flatMap((state) => evidenceOf(state));
    for (const [keyA, keyB] of entries.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
      const hasRoom = this.#evidence.reserve(1);
      const at = this.#evidence.locate(keyA, keyB);
      if ((keyB & MAX_COUNT) <= this.#evidence.countAt(at)) continue;
      if (hasRoom) this.#evidence.set(at, keyA, keyB, keyB & EVIDENCE_MASK);
      else this.#learner.omissions += 1;
    }
  }

  /** What a worker found to vary varies. */
  #widen(origin: Origin): void {
    const from = origin.state.store;
    if (isOverflow(origin) || from.rootOf(origin.index) !== origin.index) return;
    const store = this.#store;
    const root = this.#rootOf(origin);
    store.ownPattern(root);
    const first = store.firsts[root] ?? 0;
    const fromFirst = from.firsts[origin.index] ?? 0;
    for (let i = 0; i < (store.sizes[root] ?? 0); i++) {
      const kind = looser(store.kinds[first + i] ?? CONSTANT, from.kinds[fromFirst + i] ?? CONSTANT);
      const shape = store.shapes[first + i] ?? 0;
      const joined = shape === from.shapes[fromFirst + i] && kind !== WILD ? shape : ANY_SHAPE;
      if (store.setSlot(first + i, kind, joined)) this.#generalised.add(root);
    }
  }

  /** Unites what the patterns cover by now, until that changes nothing. */
  #settle(): void {
    for (let before = -1; before !== this.#merged.length;) {
      before = this.#merged.length;
      this.#eachBirth((index) => {
        if (this.#store.rootOf(index) === index) this.#learner.reviewPattern(index);
      });
    }
  }

  #addCount(origin: Origin): void {
    const root = this.#rootOf(origin);
    const count = origin.state.store.counts[origin.index] ?? 0;
    this.#store.counts[root] = (this.#store.counts[root] ?? 0) + count;
  }

  #rootOf(origin: Origin): number {
    return this.#store.rootOf(this.#indexById.get(origin.id) ?? 0);
  }

  #overflow(): number[] {
    const buckets = Math.max(...this.#states.map(({ overflow }) => overflow.length));
    return Array.from({ length: buckets }, (_, bucket) => {
      const known = this.#states.find(({ overflow }) => (overflow[bucket] ?? -1) >= 0);
      if (known === undefined) return -1;
      return this.#indexById.get(idOf(known, known.overflow[bucket] ?? 0)) ?? -1;
    });
  }

  /** Changes that the workers have not told anybody of yet, as indices of the outcome. */
  #pending(changes: (state: MinerState) => readonly number[]): number[] {
    const indices = this.#states.flatMap((state) =>
      changes(state).map((index) => this.#indexById.get(idOf(state, index)) ?? 0),
    );
    return [...new Set(indices)];
  }
}

/** The kind of a place that is one kind for one worker and another for the other. */
function looser(a: number, b: number): number {
  if (a === WILD || b === WILD) return WILD;
  if (a === b) return a;
  return a === CONSTANT || b === CONSTANT ? WILD : VARIABLE;
}

/** The entries of a worker's table, each as its two integers. */
function evidenceOf({ entries }: MinerState): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (let at = 0; at < entries.length; at += WORDS_PER_ENTRY) {
    const rest = entries[at + 1] ?? 0;
    if (rest !== 0) found.push([entries[at] ?? 0, rest]);
  }
  return found;
}

function originOf(state: MinerState, index: number): Origin {
  const { births, sizes, kinds, shapes } = state.store;
  const from = births[index] ?? 0;
  const to = from + (sizes[index] ?? 0);
  const form = `${kinds.subarray(from, to).join()} ${shapes.subarray(from, to).join()}`;
  return { state, index, id: idOf(state, index), form };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function isOverflow({ state, index }: Origin): boolean {
  return state.overflow.includes(index);
}

function idOf({ store }: MinerState, index: number): string {
  const half = (column: Uint32Array): string => (column[index] ?? 0).toString(16).padStart(8, '0');
  return half(store.idHighs) + half(store.idLows);
}

/** Puts the form a template was born with back into a scanned line, the places of its values for the values. */
function recallBirth(line: LineScanner, store: TemplateStore, index: number): void {
  const first = store.births[index] ?? 0;
  line.bytes = store.text;
  line.size = store.sizes[index] ?? 0;
  line.valueCount = 0;
  for (let i = 0; i < line.size; i++) {
    const start = store.textStarts[first + i] ?? 0;
    const end = start + (store.textLengths[first + i] ?? 0);
    const kind = store.kinds[first + i] ?? CONSTANT;
    line.gaps[i] = store.gaps[first + i] ?? 0;
    line.kinds[i] = kind;
    line.shapes[i] = store.shapes[first + i] ?? 0;
    line.starts[i] = start;
    line.ends[i] = end;
    line.hashes[i] = start === end ? 0 : hashBytes(store.text, start, end);
    line.firstValues[i] = line.valueCount;
    if (kind !== CONSTANT && kind !== SOFT) recallValues(line, start, end);
  }
  line.firstValues[line.size] = line.valueCount;
  line.seal();
}

/** The text of a run of values is `<*>` for each, with their separators between. */
function recallValues(line: LineScanner, start: number, end: number): void {
  for (let at = start; at < end; at++) {
    if (line.bytes[at] !== LESS_THAN) continue;
    line.valueStarts[line.valueCount] = at;
    line.valueEnds[line.valueCount] = at + SLOT_LENGTH;
    line.valueCount += 1;
    at += SLOT_LENGTH - 1;
  }
}
