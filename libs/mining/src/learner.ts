import {
  NAMES_PATIENCE,
  PATIENCE_LINKED,
  VALUE_WORTH,
  countAnchors,
  patienceAt,
  traitOf,
} from './evidence.js';
import { packEvidence } from './evidence-table.js';
import type { EvidenceTable } from './evidence-table.js';
import type { LineScanner } from './line-scanner.js';
import type { PatternIndex } from './pattern-index.js';
import { ANY_SHAPE, Skeleton, CONSTANT, WILD } from './skeleton.js';
import type { TemplateStore } from './template-store.js';

/** Sets the evidence of several places apart from that of one. */
const NAMES_TAG = 0x51ed270b;
/** Sets apart the keys of lines and patterns that were weighed. */
const WEIGHED_TAG = 0x1f83d9ab;
/**
 * Lines that a pattern with wildcards covers are evidence too: this many different ones, counted anew whenever the
 * pattern changes. What varies beside a wildcard shows in them, if at all; the rest costs no more than its look-up.
 */
export const LESSONS = 32;

/** Told of every change of the table of templates. */
export interface LearnerEvents {
  generalised(index: number): void;
  merged(from: number, into: number): void;
}

/** Templates, the index of their patterns and the evidence about them. */
export interface LearnerTables {
  readonly store: TemplateStore;
  readonly patterns: PatternIndex;
  readonly evidence: EvidenceTable;
}

/**
 * Decides which constant words are values.
 *
 * For every constant word of a new template it counts, under the key in which that word is masked, how many templates
 * agree in everything else (leave one out). A place that has shown enough distinct words becomes a wildcard, and all
 * templates that the wider pattern covers become one. The evidence is a set and merging is a join, so the outcome
 * does not depend on the order of the lines as long as nothing had to be left out for want of room.
 */
export class Learner {
  /** Times evidence was left out because its table was full. */
  omissions = 0;
  /** True when the line last looked for taught something: its template may have changed. */
  hasLearned = false;
  readonly #store: TemplateStore;
  readonly #patterns: PatternIndex;
  readonly #evidence: EvidenceTable;
  readonly #events: LearnerEvents;
  /** Skeletons for patterns, by depth of the calls that use them. */
  readonly #pool: Skeleton[] = [];
  #depth = 0;

  constructor({ store, patterns, evidence }: LearnerTables, events: LearnerEvents) {
    this.#store = store;
    this.#patterns = patterns;
    this.#evidence = evidence;
    this.#events = events;
  }

  /** The root whose pattern covers a line, or -1. Patterns that both cover it become one. */
  find(line: LineScanner, fits: (index: number) => boolean): number {
    this.hasLearned = false;
    const patterns = this.#patterns;
    const openings = patterns.openingsOf(patterns.groupOf(line));
    let found = -1;
    let isUnited = false;
    for (let n = 0; n < openings.length; n++) {
      const opening = openings[n];
      if (opening === undefined) break;
      let keyA = (line.keyA + opening.sumA) | 0;
      let keyB = (line.keyB + opening.sumB) | 0;
      const { places } = opening;
      for (let k = 0; k < places.length; k++) {
        const place = places[k] ?? 0;
        keyA = (keyA - (line.partsA[place] ?? 0)) | 0;
        keyB = (keyB - (line.partsB[place] ?? 0)) | 0;
      }
      const root = patterns.find(keyA, keyB, fits);
      if (root < 0 || root === found) continue;
      // Nothing is left open: this very form was filed.
      if (n === 0) return root;
      isUnited = found >= 0;
      found = isUnited ? this.#unite(found, root) : root;
    }
    if (found < 0) return -1;
    if (isUnited) {
      this.hasLearned = true;
      return this.#weighPattern(this.#settle(found));
    }
    return this.#study(line, found);
  }

  /** Takes a line that a pattern with wildcards covers as evidence, if it is not known too well. Returns the root. */
  #study(line: LineScanner, root: number): number {
    const { lessons } = this.#store;
    const lesson = lessons[root] ?? 0;
    if (lesson >= LESSONS) return root;
    const isNew = this.#evidence.countAt(this.#locateWeighed(line)) === 0;
    if (!isNew) return root;
    if (!this.#mark(line)) {
      lessons[root] = LESSONS;
      return root;
    }
    lessons[root] = lesson + 1;
    this.hasLearned = true;
    readTraits(line);
    this.#weighValues(line, root);
    this.#weigh(line, root);
    return this.#store.rootOf(root);
  }

  /** Files a template just added to the store and weighs what it adds to the evidence. Returns its root. */
  file(line: LineScanner, index: number): number {
    this.#patterns.add(line, index);
    this.#mark(line);
    readTraits(line);
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

  /** Room for one more entry of evidence. */
  #hasRoom(): boolean {
    if (this.#evidence.reserve(1)) return true;
    this.omissions += 1;
    return false;
  }

  #locateWeighed(skeleton: Skeleton): number {
    return this.#evidence.locate(skeleton.keyA, skeleton.keyB ^ WEIGHED_TAG);
  }

  /** Notes that a line or pattern is weighed; false for want of room. */
  #mark(skeleton: Skeleton): boolean {
    if (!this.#hasRoom()) return false;
    const at = this.#locateWeighed(skeleton);
    this.#evidence.set(at, skeleton.keyA, skeleton.keyB ^ WEIGHED_TAG, packEvidence(1, 0));
    return true;
  }

  #weigh(skeleton: Skeleton, index: number, worth = 1): void {
    const evidence = this.#evidence;
    const anchors = countAnchors(skeleton);
    for (let i = 0; i < skeleton.size; i++) {
      const patience = patienceAt(skeleton, i, anchors);
      if (patience === 0 || !this.#hasRoom()) continue;
      const keyA = skeleton.maskedKeyA(i);
      const keyB = skeleton.maskedKeyB(i);
      const at = evidence.locate(keyA, keyB ^ placeTag(i));
      const count = evidence.countAt(at) + worth;
      if (count === 0) continue;
      evidence.set(at, keyA, keyB ^ placeTag(i), packEvidence(count, patience));
      if (count >= patience) this.#promote(index, i, patience);
      if (count + VALUE_WORTH >= patience) this.#joinValues(skeleton, index, i);
    }
  }

  /** Joins the template of a line with a value where a skeleton has a word, if one alike in all else was weighed. */
  #joinValues(skeleton: Skeleton, index: number, i: number): void {
    const store = this.#store;
    const patterns = this.#patterns;
    const weighed = this.#evidence.locate(skeleton.maskedKeyA(i), skeleton.maskedKeyB(i) ^ WEIGHED_TAG);
    if (this.#evidence.countAt(weighed) === 0) return;
    for (const opening of patterns.openingsOf(store.groups[index] ?? 0)) {
      if (opening.places.includes(i)) continue;
      let keyA = (skeleton.maskedKeyA(i) + opening.sumA) | 0;
      let keyB = (skeleton.maskedKeyB(i) + opening.sumB) | 0;
      for (const place of opening.places) {
        keyA = (keyA - (skeleton.partsA[place] ?? 0)) | 0;
        keyB = (keyB - (skeleton.partsB[place] ?? 0)) | 0;
      }
      const root = store.rootOf(index);
      const other = patterns.find(keyA, keyB, (t) => t !== root && store.overlaps(root, t, i));
      if (other >= 0) this.#join(root, other, i);
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
    if (!this.#hasRoom()) return;
    const at = this.#evidence.locate(keyA, keyB ^ NAMES_TAG);
    const count = this.#evidence.countAt(at) + 1;
    this.#evidence.set(at, keyA, keyB ^ NAMES_TAG, packEvidence(count, 0));
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
    const evidence = this.#evidence;
    for (let i = 0; i < skeleton.size; i++) {
      if (skeleton.kinds[i] === CONSTANT || skeleton.kinds[i] === WILD) continue;
      const at = evidence.locate(skeleton.keyA, skeleton.keyB ^ placeTag(i));
      const count = evidence.countAt(at);
      if (count === 0 || count + VALUE_WORTH < evidence.patienceAt(at)) continue;
      for (let t = this.#firstOf(index); t >= 0; t = this.#store.nexts[t] ?? -1) {
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
    for (let t = this.#firstOf(root); t >= 0; t = store.nexts[t] ?? -1) {
      if (t !== root && !store.covers(root, t)) continue;
      const element = (store.births[t] ?? 0) + i;
      if ((t === root ? kind : store.kinds[element]) === CONSTANT) words.add(store.hashOf(element));
      else hasValue = true;
    }
    return words.size === 0 ? 0 : words.size + (hasValue ? VALUE_WORTH : 0);
  }

  /** First template of the group of a template. */
  #firstOf(index: number): number {
    return this.#patterns.heads[this.#store.groups[index] ?? 0] ?? -1;
  }

  /** Unites every template that a changed pattern covers, until none is left. Returns the root of all. */
  #settle(index: number): number {
    const store = this.#store;
    let root = store.rootOf(index);
    for (let isStable = false; !isStable;) {
      isStable = true;
      for (let t = this.#firstOf(root); t >= 0; t = store.nexts[t] ?? -1) {
        const other = store.rootOf(t);
        if (other === root || !store.covers(root, t)) continue;
        root = this.#unite(root, other);
        isStable = false;
      }
    }
    store.lessons[root] = 0;
    this.#patterns.addOpening(root);
    return root;
  }

  /** A widened pattern is evidence of its own for the words that are left. Returns the root in the end. */
  #weighPattern(root: number): number {
    const store = this.#store;
    const pattern = (this.#pool[this.#depth] ??= new Skeleton());
    this.#depth += 1;
    store.load(root, pattern);
    this.#patterns.addKey(pattern.keyA, pattern.keyB, root);
    if (this.#evidence.countAt(this.#locateWeighed(pattern)) === 0) {
      this.#mark(pattern);
      this.#joinWords(pattern, root, (t, i) => t === store.rootOf(t) && store.differOnlyAt(root, t, i));
      this.#weigh(pattern, root);
      this.#weighNames(pattern, root);
    }
    this.#depth -= 1;
    return store.rootOf(root);
  }

  /** Joins two templates under the smaller id: whatever the order, the same one stays. */
  #unite(a: number, b: number): number {
    const store = this.#store;
    const isFirst = this.#precedes(a, b);
    const winner = isFirst ? a : b;
    const loser = isFirst ? b : a;
    this.#patterns.touch(winner);
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
