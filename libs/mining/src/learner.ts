import {
  NAMES_PATIENCE,
  PATIENCE_LINKED,
  VALUE_WORTH,
  countAnchors,
  patienceAt,
  traitOf,
} from './evidence.js';
import type { KeyTable } from './key-table.js';
import type { LineScanner } from './line-scanner.js';
import { ANY_SHAPE, Skeleton, CONSTANT, WILD } from './skeleton.js';
import type { TemplateStore } from './template-store.js';

export const COUNT_MASK = 0xffff;
/** Sets the evidence of several places apart from that of one. */
const NAMES_TAG = 0x51ed270b;

/** Told of every change of the table of templates. */
export interface LearnerEvents {
  generalised(index: number): void;
  merged(from: number, into: number): void;
}

/**
 * Decides which constant words are values.
 *
 * For every constant word of a new template it counts, under the key in which that word is masked, how many templates
 * agree in everything else (leave one out). A place that has shown enough distinct words becomes a wildcard, and all
 * templates that the wider pattern covers become one. The evidence is a set and merging is a join, so the outcome
 * does not depend on the order of the lines as long as nothing had to be forgotten for want of room.
 */
export class Learner {
  /** First template of each structure; the rest follow by `nexts`. */
  readonly heads = new Map<number, number>();
  /** Times the table of evidence was full and started anew. */
  resets = 0;
  readonly #store: TemplateStore;
  readonly #table: KeyTable;
  readonly #events: LearnerEvents;

  constructor(store: TemplateStore, table: KeyTable, events: LearnerEvents) {
    this.#store = store;
    this.#table = table;
    this.#events = events;
  }

  /** The template whose pattern covers an unfamiliar line, or -1. Patterns that both cover it become one. */
  find(line: LineScanner, fits: (index: number) => boolean): number {
    const store = this.#store;
    let found = -1;
    let isUnited = false;
    for (let t = this.heads.get(line.structure()) ?? -1; t >= 0; t = store.nexts[t] ?? -1) {
      if (store.parents[t] !== t || !fits(t)) continue;
      isUnited = found >= 0;
      found = isUnited ? this.#unite(found, t) : t;
    }
    return isUnited ? this.#settle(found) : found;
  }

  /** Files an unfamiliar line that a known template covers: it counts as evidence too. Returns the root. */
  remember(line: LineScanner, index: number): number {
    this.#reserve(line.size + 1);
    this.#table.insert(line.keyA, line.keyB, index);
    readTraits(line);
    this.#weighValues(line, index);
    this.#weigh(line, index);
    return this.#store.rootOf(index);
  }

  /** Files a template just added to the store and weighs what it adds to the evidence. Returns its root. */
  file(line: LineScanner, index: number): number {
    const structure = line.structure();
    this.#store.nexts[index] = this.heads.get(structure) ?? -1;
    this.heads.set(structure, index);
    for (let i = 0; i < line.size; i++)
      line.traits[i] = traitOf(line.bytes, line.starts[i] ?? 0, line.ends[i] ?? 0);
    this.#reserve(line.size + 1);
    this.#table.insert(line.keyA, line.keyB, index);
    this.#weighValues(line, index);
    this.#weigh(line, index);
    this.#weighNames(line, index);
    return this.#store.rootOf(index);
  }

  /** Weighs a filed template again, without counting it again: evidence from elsewhere may have come. */
  review(line: LineScanner, index: number): void {
    readTraits(line);
    this.#weighValues(line, index);
    this.#weigh(line, index, 0);
  }

  /** Weighs a pattern that was widened from outside. */
  reviewPattern(index: number): void {
    this.#weighPattern(this.#settle(index));
  }

  #reserve(extra: number): void {
    if (!this.#table.reserve(extra)) this.resets += 1;
  }

  #weigh(skeleton: Skeleton, index: number, worth = 1): void {
    const table = this.#table;
    const anchors = countAnchors(skeleton);
    for (let i = 0; i < skeleton.size; i++) {
      const patience = patienceAt(skeleton, i, anchors);
      if (patience === 0) continue;
      this.#reserve(1);
      const keyA = skeleton.maskedKeyA(i);
      const keyB = skeleton.maskedKeyB(i);
      const at = table.locate(keyA, keyB ^ placeTag(i));
      const count = Math.min(COUNT_MASK, (table.evidenceAt(at) & COUNT_MASK) + worth);
      if (count === 0) continue;
      table.setEvidence(at, count | (patience << 16));
      if (count >= patience) this.#promote(index, i, patience);
      const other = count + VALUE_WORTH >= patience ? table.find(keyA, keyB) : -1;
      if (other >= 0) this.#join(index, other, i);
    }
  }

  /**
   * Leaving one out never sees two names that are new in every line. Templates that differ only at places for names
   * are therefore counted together, and each of these places is judged by the distinct words that stood there.
   */
  #weighNames(skeleton: Skeleton, index: number): void {
    const anchors = countAnchors(skeleton);
    const places: number[] = [];
    let keyA = skeleton.keyA;
    let keyB = skeleton.keyB;
    for (let i = 0; i < skeleton.size; i++) {
      const patience = patienceAt(skeleton, i, anchors);
      if (patience === 0 || patience > PATIENCE_LINKED) continue;
      places.push(i);
      keyA = (keyA + skeleton.maskedKeyA(i) - skeleton.keyA) | 0;
      keyB = (keyB + skeleton.maskedKeyB(i) - skeleton.keyB) | 0;
    }
    if (places.length < 2 || anchors - places.length < 2) return;
    this.#reserve(1);
    const at = this.#table.locate(keyA, keyB ^ NAMES_TAG);
    const count = Math.min(COUNT_MASK, this.#table.evidenceAt(at) + 1);
    this.#table.setEvidence(at, count);
    if (count >= NAMES_PATIENCE) this.#promoteNames(index, places);
  }

  #promoteNames(index: number, places: readonly number[]): void {
    const store = this.#store;
    const root = store.rootOf(index);
    store.ownPattern(root);
    const first = store.firsts[root] ?? 0;
    const before = places.map((i) => ({
      i,
      kind: store.kinds[first + i] ?? CONSTANT,
      shape: store.shapes[first + i] ?? 0,
    }));
    if (before.every(({ kind }) => kind === WILD)) return;
    for (const { i } of before) store.setSlot(first + i, WILD, ANY_SHAPE);
    const narrow = before.filter(
      ({ i, kind }) => kind !== WILD && this.#countCovered(root, i, kind) < PATIENCE_LINKED,
    );
    for (const { i, kind, shape } of narrow) store.setSlot(first + i, kind, shape);
    if (narrow.length === before.filter(({ kind }) => kind !== WILD).length) return;
    this.#events.generalised(root);
    this.#weighPattern(this.#settle(root));
  }

  /** A line with a value where others have words: the words counted so far may now be enough. */
  #weighValues(line: LineScanner, index: number): void {
    this.#joinWords(line, index, (t, i) => this.#store.agreesWith(t, line, i));
  }

  /** Joins the templates that `isAlike` names to a skeleton's, at every value where enough words were counted. */
  #joinWords(skeleton: Skeleton, index: number, isAlike: (t: number, i: number) => boolean): void {
    const table = this.#table;
    const structure = skeleton.structure();
    for (let i = 0; i < skeleton.size; i++) {
      if (skeleton.kinds[i] === CONSTANT || skeleton.kinds[i] === WILD) continue;
      const evidence = table.evidenceAt(table.locate(skeleton.keyA, skeleton.keyB ^ placeTag(i)));
      if (evidence === 0 || (evidence & COUNT_MASK) + VALUE_WORTH < evidence >>> 16) continue;
      for (let t = this.heads.get(structure) ?? -1; t >= 0; t = this.#store.nexts[t] ?? -1) {
        if (isAlike(t, i)) this.#join(index, t, i);
      }
    }
  }

  /** Words stand where another template has a value: joins the two if they agree in everything else. */
  #join(index: number, other: number, i: number): void {
    const store = this.#store;
    const a = store.rootOf(index);
    const b = store.rootOf(other);
    if (a === b || !store.overlaps(a, b, i)) return;
    this.#weighPattern(this.#settle(this.#unite(a, b)));
  }

  /**
   * Makes element `i` a wildcard if at least `needed` distinct words (a value counts as two) really stand there:
   * the keys only hinted, the bytes decide, so that a crafted collision of hashes merges nothing.
   */
  #promote(index: number, i: number, needed: number): void {
    const store = this.#store;
    const root = store.rootOf(index);
    const kind = store.kinds[(store.firsts[root] ?? 0) + i] ?? CONSTANT;
    const shape = store.shapes[(store.firsts[root] ?? 0) + i] ?? 0;
    if (kind === WILD) return;
    store.ownPattern(root);
    const element = (store.firsts[root] ?? 0) + i;
    store.setSlot(element, WILD, ANY_SHAPE);
    if (this.#countCovered(root, i, kind) < needed) {
      store.setSlot(element, kind, shape);
      return;
    }
    this.#events.generalised(root);
    const settled = this.#settle(root);
    this.#weighPattern(settled);
  }

  /**
   * Distinct words at element `i` among the templates that a pattern covers, itself included with the kind it had
   * there; any value counts as {@link VALUE_WORTH}. 0 when there are only values.
   */
  #countCovered(root: number, i: number, kind: number): number {
    const store = this.#store;
    const words = new Set<number>();
    let hasValue = false;
    for (let t = this.heads.get(this.#structureOf(root)) ?? -1; t >= 0; t = store.nexts[t] ?? -1) {
      if (t !== root && !store.covers(root, t)) continue;
      const element = (store.births[t] ?? 0) + i;
      if ((t === root ? kind : store.kinds[element]) === CONSTANT) words.add(store.hashOf(element));
      else hasValue = true;
    }
    return words.size === 0 ? 0 : words.size + (hasValue ? VALUE_WORTH : 0);
  }

  #structureOf(index: number): number {
    const pattern = new Skeleton();
    this.#store.load(index, pattern);
    return pattern.structure();
  }

  /** Unites every template that the pattern covers, until none is left. Returns the root of all. */
  #settle(index: number): number {
    const store = this.#store;
    const structure = this.#structureOf(index);
    let root = store.rootOf(index);
    for (let isStable = false; !isStable;) {
      isStable = true;
      for (let t = this.heads.get(structure) ?? -1; t >= 0; t = store.nexts[t] ?? -1) {
        const other = store.rootOf(t);
        if (other === root || !store.covers(root, t)) continue;
        root = this.#unite(root, other);
        isStable = false;
      }
    }
    return root;
  }

  /** A widened pattern is evidence of its own for the words that are left. */
  #weighPattern(root: number): void {
    const pattern = new Skeleton();
    this.#store.load(root, pattern);
    this.#reserve(pattern.size + 1);
    const known = this.#table.find(pattern.keyA, pattern.keyB);
    if (known >= 0 && this.#store.rootOf(known) === root) return;
    this.#table.insert(pattern.keyA, pattern.keyB, root);
    this.#joinWords(
      pattern,
      root,
      (t, i) => t === this.#store.rootOf(t) && this.#store.differOnlyAt(root, t, i),
    );
    this.#weigh(pattern, root);
    this.#weighNames(pattern, root);
  }

  /** Joins two templates under the smaller id: whatever the order, the same one stays. */
  #unite(a: number, b: number): number {
    const store = this.#store;
    const isFirst = this.#precedes(a, b);
    const winner = isFirst ? a : b;
    const loser = isFirst ? b : a;
    if (store.widenOver(winner, loser)) this.#events.generalised(winner);
    store.parents[loser] = winner;
    store.counts[winner] = (store.counts[winner] ?? 0) + (store.counts[loser] ?? 0);
    store.counts[loser] = 0;
    this.#events.merged(loser, winner);
    return winner;
  }

  #precedes(a: number, b: number): boolean {
    const { idHighs, idLows } = this.#store;
    const highA = idHighs[a] ?? 0;
    const highB = idHighs[b] ?? 0;
    return highA === highB ? (idLows[a] ?? 0) < (idLows[b] ?? 0) : highA < highB;
  }
}

/** Evidence is kept by place: the same masked key may stem from another. */
function placeTag(i: number): number {
  return Math.imul(i + 1, 0x3c6ef372);
}

function readTraits(line: LineScanner): void {
  for (let i = 0; i < line.size; i++)
    line.traits[i] = traitOf(line.bytes, line.starts[i] ?? 0, line.ends[i] ?? 0);
}
