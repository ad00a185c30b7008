import { Skeleton, WILD, slotPartA, slotPartB } from './skeleton.js';
import type { TemplateStore } from './template-store.js';

/** Integers of an entry: the halves of the key, the template plus one (0: free), and none. */
const ENTRY = 4;
const INITIAL_CAPACITY = 64;
/** Openings a group may have before those that no pattern has any more are sorted out. */
const INITIAL_OPENINGS = 8;

/** The places that a pattern leaves open, and what they add to the halves of its key. */
interface Opening {
  readonly places: readonly number[];
  readonly sumA: number;
  readonly sumB: number;
}

/** The group of lines that no template shares its structure with. */
export const NO_GROUP = 0;

/**
 * Finds the patterns that cover a line without comparing it with all of them.
 *
 * Templates of the same structure (number of elements and gaps) form a *group*; only they can have lines in common.
 * The patterns of a group leave few different sets of places open, its *openings*. The key of a line with the places of
 * one taken for values is the key of every pattern with that opening that covers the line: one look-up each, and the
 * bytes decide. All of it follows from the patterns that stand; what others left behind changes no answer.
 */
export class PatternIndex {
  /** First template of each group; the rest follow by `nexts`. Group 0 is {@link NO_GROUP}. */
  readonly heads: number[] = [-1];
  /** Rises with every change of a pattern of the group: what was found out about its lines is then out of date. */
  revisions = new Int32Array(64);
  readonly #store: TemplateStore;
  readonly #structures: number[] = [0];
  readonly #openings: Opening[][] = [[]];
  readonly #openingLimits: number[] = [0];
  #groupSlots = new Int32Array(INITIAL_CAPACITY);
  #entries = new Int32Array(INITIAL_CAPACITY * ENTRY);
  #used = 0;

  constructor(store: TemplateStore) {
    this.#store = store;
  }

  get byteLength(): number {
    return this.#entries.byteLength + this.#groupSlots.byteLength + this.revisions.byteLength;
  }

  /** The group of a skeleton's structure, or {@link NO_GROUP}. O(size). */
  groupOf(skeleton: Skeleton): number {
    return this.#groupSlots[this.#groupSlot(skeleton)] ?? NO_GROUP;
  }

  /** Where the group of a structure is, or belongs: equal hashes are a hint, the gaps decide. */
  #groupSlot(skeleton: Skeleton): number {
    const slots = this.#groupSlots;
    const wrap = slots.length - 1;
    let at = skeleton.structure & wrap;
    for (;;) {
      const group = slots[at] ?? NO_GROUP;
      if (group === NO_GROUP) return at;
      if (this.#structures[group] === skeleton.structure && this.#hasGaps(group, skeleton)) return at;
      at = (at + 1) & wrap;
    }
  }

  #hasGaps(group: number, skeleton: Skeleton): boolean {
    const { firsts, sizes, gaps } = this.#store;
    const head = this.heads[group] ?? 0;
    if (sizes[head] !== skeleton.size) return false;
    const first = firsts[head] ?? 0;
    for (let i = 0; i < skeleton.size; i++) if (gaps[first + i] !== skeleton.gaps[i]) return false;
    return true;
  }

  /** Files a template that was just added to the store, by the form it was born with. O(size). */
  add(skeleton: Skeleton, index: number): void {
    const slot = this.#groupSlot(skeleton);
    let group = this.#groupSlots[slot] ?? NO_GROUP;
    if (group === NO_GROUP) {
      group = this.heads.length;
      this.#groupSlots[slot] = group;
      this.heads.push(-1);
      this.#structures.push(skeleton.structure);
      this.#openings.push([{ places: [], sumA: 0, sumB: 0 }]);
      this.#openingLimits.push(INITIAL_OPENINGS);
      this.#reserveGroups();
    }
    this.#store.groups[index] = group;
    this.#store.nexts[index] = this.heads[group] ?? -1;
    this.heads[group] = index;
    this.addKey(skeleton.keyA, skeleton.keyB, index);
  }

  /** Files all templates of a store in which each says its group. */
  restore(heads: readonly number[]): void {
    const pattern = new Skeleton();
    const store = this.#store;
    for (const head of heads.slice(1)) {
      store.load(head, pattern);
      const slot = this.#groupSlot(pattern);
      this.#groupSlots[slot] = this.heads.length;
      this.heads.push(head);
      this.#structures.push(pattern.structure);
      this.#openings.push([{ places: [], sumA: 0, sumB: 0 }]);
      this.#openingLimits.push(INITIAL_OPENINGS);
      this.#reserveGroups();
    }
    for (let group = 1; group < heads.length; group++) {
      for (let t = heads[group] ?? -1; t >= 0; t = store.nexts[t] ?? -1) {
        store.groups[t] = group;
        if (store.parents[t] !== t) continue;
        store.load(t, pattern);
        this.addOpening(t);
        this.addKey(pattern.keyA, pattern.keyB, t);
      }
    }
  }

  /** Notes that a pattern of a template's group has changed. */
  touch(index: number): void {
    const group = this.#store.groups[index] ?? NO_GROUP;
    this.revisions[group] = ((this.revisions[group] ?? 0) + 1) | 0;
  }

  openingsOf(group: number): readonly Opening[] {
    return this.#openings[group] ?? [];
  }

  /** The root of a template filed under a key for which `isIt` holds, or -1. */
  find(keyA: number, keyB: number, isIt: (root: number) => boolean): number {
    const entries = this.#entries;
    const wrap = entries.length - 1;
    for (let at = (keyA << 2) & wrap; ; at = (at + ENTRY) & wrap) {
      const template = (entries[at + 2] ?? 0) - 1;
      if (template < 0) return -1;
      if (entries[at] !== keyA || entries[at + 1] !== keyB) continue;
      const root = this.#store.rootOf(template);
      if (isIt(root)) return root;
    }
  }

  /** Makes sure that the places a root's pattern leaves open are an opening of its group. */
  addOpening(root: number): void {
    const group = this.#store.groups[root] ?? NO_GROUP;
    const openings = this.#openings[group] ?? [];
    if (!addOpeningOf(this.#store, root, openings)) return;
    if (openings.length <= (this.#openingLimits[group] ?? 0)) return;
    const kept: Opening[] = openings.slice(0, 1);
    for (let t = this.heads[group] ?? -1; t >= 0; t = this.#store.nexts[t] ?? -1)
      if (this.#store.parents[t] === t) addOpeningOf(this.#store, t, kept);
    this.#openings[group] = kept;
    this.#openingLimits[group] = Math.max(INITIAL_OPENINGS, 2 * kept.length);
  }

  /** Files a root under the key of its pattern. */
  addKey(keyA: number, keyB: number, root: number): void {
    if ((this.#used + 1) * 2 * ENTRY > this.#entries.length) this.#grow();
    if (place(this.#entries, keyA, keyB, root + 1)) this.#used += 1;
  }

  #grow(): void {
    const old = this.#entries;
    const entries = new Int32Array(2 * old.length);
    for (let at = 0; at < old.length; at += ENTRY)
      if (old[at + 2] !== 0) place(entries, old[at] ?? 0, old[at + 1] ?? 0, old[at + 2] ?? 0);
    this.#entries = entries;
  }

  #reserveGroups(): void {
    const count = this.heads.length;
    if (count > this.revisions.length) {
      const larger = new Int32Array(2 * count);
      larger.set(this.revisions);
      this.revisions = larger;
    }
    if (count * 2 <= this.#groupSlots.length) return;
    const slots = new Int32Array(2 * this.#groupSlots.length);
    for (let group = 1; group < count; group++) {
      let at = (this.#structures[group] ?? 0) & (slots.length - 1);
      while (slots[at] !== NO_GROUP) at = (at + 1) & (slots.length - 1);
      slots[at] = group;
    }
    this.#groupSlots = slots;
  }
}

/** Puts an entry in its place unless it is there; returns whether it was not. */
function place(entries: Int32Array, keyA: number, keyB: number, template: number): boolean {
  const wrap = entries.length - 1;
  let at = (keyA << 2) & wrap;
  for (; entries[at + 2] !== 0; at = (at + ENTRY) & wrap)
    if (entries[at] === keyA && entries[at + 1] === keyB && entries[at + 2] === template) return false;
  entries[at] = keyA;
  entries[at + 1] = keyB;
  entries[at + 2] = template;
  return true;
}

/** Adds the open places of a root's pattern unless they are an opening already or there are none. */
function addOpeningOf(store: TemplateStore, root: number, openings: Opening[]): boolean {
  const first = store.firsts[root] ?? 0;
  const places: number[] = [];
  let sumA = 0;
  let sumB = 0;
  for (let i = 0; i < (store.sizes[root] ?? 0); i++) {
    if (store.kinds[first + i] !== WILD) continue;
    places.push(i);
    const gap = store.gaps[first + i] ?? 0;
    sumA = (sumA + slotPartA(gap, i)) | 0;
    sumB = (sumB + slotPartB(gap, i)) | 0;
  }
  const isKnown = openings.some(
    (opening) =>
      opening.places.length === places.length && opening.places.every((place, k) => place === places[k]),
  );
  if (!isKnown) openings.push({ places, sumA, sumB });
  return !isKnown;
}
