import { FamilyCache } from './family-cache.js';
import { Outline, outlineSize } from './outline.js';

/** Header of an entry, in words of 32 bits; the outline follows, then the pins, then the spans. */
const OWNER = 0;
const GROUP = 1;
const REVISION = 2;
const LENGTH = 3;
const TEMPLATE = 4;
const PIN_COUNT = 5;
const SPAN_COUNT = 6;
const HEADER = 7;
/** Words of a pin: its range and its element. */
const PIN = 2;

/** A bucket is two slots, each a hash and the position of its entry (0: free). */
const BUCKET = 4;
const WORDS_PER_BUCKET = 32;
const INITIAL_WORDS = 1 << 13;
/** More words than any entry has: outlines, elements and values of a line are bounded. */
const MAX_ENTRY = 1 << 11;

/** Whose an entry is, and what it holds for. */
export interface EntryHead {
  readonly owner: number;
  /** The group of the line's template, and how often its patterns had changed when the line was mined. */
  readonly group: number;
  readonly revision: number;
  readonly template: number;
}

/**
 * Lines that were mined before, up to their digits and hexadecimal names.
 *
 * Most lines of a log repeat an earlier one in everything but the digits of its values, or the ids among them. Neither how a line is cut nor
 * which template it fits depends on which digit stands where a digit stands (the tests hold the scanner to that), but
 * for the digits of constant words, which are *pinned*: compared as they are. So the earlier line's template and the
 * places of its values hold for this one too, and the work on it is a hash and a comparison of its outline.
 *
 * A cache and nothing else: results are the same without it. Several miners may share one. It is emptied when it is
 * full; a line is kept when it is met for the second time, so that lines that never return cost only their hash.
 */
export class LineCache {
  /** Entries, one after the other; position 0 stands for none. */
  words = new Int32Array(INITIAL_WORDS);
  /** True when the line last looked for, and not found, is known to have been met before: it is worth keeping. */
  isReturning = false;
  /** Lines that differ in one word as well. */
  readonly families: FamilyCache;
  readonly #maxWords: number;
  /** The line last looked for. */
  readonly outline = new Outline();
  /** Whether it has one. */
  hasOutline = false;
  #used = 1;
  #slots = new Int32Array((INITIAL_WORDS / WORDS_PER_BUCKET) * BUCKET);
  /** The last hash of each bucket that was met and has no entry. */
  #met = new Int32Array(INITIAL_WORDS / WORDS_PER_BUCKET);
  #hash = 0;
  #owners = 0;
  /** The entry being written, and its next free word. */
  #entry = 0;
  #at = 0;

  /**
   * @param maxBytes most memory of the kept lines, at least 32 KiB, or 0: none are kept; families of lines take as much
   *   again, and the tables that find both an eighth to a quarter
   */
  constructor(maxBytes = 4 * 1024 * 1024) {
    this.#maxWords = maxBytes === 0 ? 0 : Math.max(INITIAL_WORDS, 2 ** Math.floor(Math.log2(maxBytes / 4)));
    this.families = new FamilyCache(this.#maxWords);
  }

  /** A number for one more miner: it finds its own lines only. */
  addOwner(): number {
    this.#owners += 1;
    return this.#owners;
  }

  get byteLength(): number {
    return this.words.byteLength + this.#slots.byteLength + this.#met.byteLength + this.families.byteLength;
  }

  /**
   * Looks for a line. O(length / 4), without allocation.
   *
   * @param revisions of the owner's groups: what was kept at another revision of its group is not found
   * @returns position of the entry with the same outline, or 0
   */
  find(owner: number, revisions: Int32Array, bytes: Uint8Array, start: number, end: number): number {
    this.hasOutline = this.#maxWords > 0 && this.outline.read(bytes, start, end);
    const entry = this.#find(owner, revisions);
    if (entry !== 0 || !this.hasOutline || !this.outline.readNames()) return entry;
    return this.#find(owner, revisions);
  }

  /** Looks for the line of the outline. */
  #find(owner: number, revisions: Int32Array): number {
    this.isReturning = false;
    if (!this.hasOutline) return 0;
    const slots = this.#slots;
    const hash = this.outline.hash ^ Math.imul(owner, 0x9e3779b1);
    const bucket = (hash & (slots.length / BUCKET - 1)) * BUCKET;
    this.#hash = hash;
    for (let slot = bucket; slot < bucket + BUCKET; slot += 2) {
      if (slots[slot] !== hash) continue;
      const entry = slots[slot + 1] ?? 0;
      if (entry !== 0 && this.#isEqual(entry, owner, revisions)) return entry;
      this.isReturning = true;
      return 0;
    }
    return 0;
  }

  /** Notes a line that was looked for and is not kept; from the second time on, {@link isReturning} says so. */
  meet(): void {
    if (this.isReturning || !this.hasOutline) return;
    // A line that may never return gives up no entry.
    const at = this.#hash & (this.#met.length - 1);
    this.isReturning = this.#met[at] === this.#hash;
    this.#met[at] = this.#hash;
  }

  #isEqual(entry: number, owner: number, revisions: Int32Array): boolean {
    const kept = this.words;
    if (kept[entry + OWNER] !== owner) return false;
    if (kept[entry + REVISION] !== revisions[kept[entry + GROUP] ?? 0]) return false;
    const { words, size } = this.outline;
    if (kept[entry + LENGTH] !== lengthOf(this.outline)) return false;
    for (let i = 0; i < size; i++) if (kept[entry + HEADER + i] !== words[i]) return false;
    return true;
  }

  /** Starts an entry for the line last looked for; pins, then spans follow, then {@link commit}. */
  begin({ owner, group, revision, template }: EntryHead): void {
    if (this.#used + MAX_ENTRY > this.words.length) this.#makeRoom();
    const { words } = this;
    const entry = this.#used;
    const { words: outline, size } = this.outline;
    this.#entry = entry;
    this.#at = entry + HEADER + size;
    words[entry + OWNER] = owner;
    words[entry + GROUP] = group;
    words[entry + REVISION] = revision;
    words[entry + LENGTH] = lengthOf(this.outline);
    words[entry + TEMPLATE] = template;
    words[entry + PIN_COUNT] = 0;
    words[entry + SPAN_COUNT] = 0;
    for (let i = 0; i < size; i++) words[entry + HEADER + i] = outline[i] ?? 0;
  }

  /** Adds a constant word that has digits: its range and its element in the table of templates. */
  addPin(range: number, element: number): void {
    this.words[this.#at] = range;
    this.words[this.#at + 1] = element;
    this.#at += PIN;
    this.words[this.#entry + PIN_COUNT] = this.pinCount(this.#entry) + 1;
  }

  /** Adds a value; all pins come before it. */
  addSpan(range: number): void {
    this.words[this.#at] = range;
    this.#at += 1;
    this.words[this.#entry + SPAN_COUNT] = this.spanCount(this.#entry) + 1;
  }

  /** Ends the entry and files it before the one that was found last in its bucket. */
  commit(): void {
    const slots = this.#slots;
    const bucket = (this.#hash & (slots.length / BUCKET - 1)) * BUCKET;
    if (slots[bucket] !== this.#hash) {
      slots[bucket + 2] = slots[bucket] ?? 0;
      slots[bucket + 3] = slots[bucket + 1] ?? 0;
      slots[bucket] = this.#hash;
    }
    slots[bucket + 1] = this.#entry;
    this.#used = this.#at;
  }

  /** Larger tables as long as they may grow, empty ones in any case: lines that return are kept again soon. */
  #makeRoom(): void {
    const size = Math.min(this.#maxWords, this.words.length * 2);
    if (size > this.words.length) {
      this.words = new Int32Array(size);
      this.#slots = new Int32Array((size / WORDS_PER_BUCKET) * BUCKET);
      this.#met = new Int32Array(size / WORDS_PER_BUCKET);
    } else {
      this.#slots.fill(0);
    }
    this.#used = 1;
  }

  template(entry: number): number {
    return this.words[entry + TEMPLATE] ?? 0;
  }

  pinCount(entry: number): number {
    return this.words[entry + PIN_COUNT] ?? 0;
  }

  spanCount(entry: number): number {
    return this.words[entry + SPAN_COUNT] ?? 0;
  }

  /** Position of the first pin: pairs of range and element. */
  firstPin(entry: number): number {
    const length = this.words[entry + LENGTH] ?? 0;
    return entry + HEADER + outlineSize(length & 0xffff) + (length >>> 16);
  }

  /** Position of the first range of a value. */
  firstSpan(entry: number): number {
    return this.firstPin(entry) + PIN * this.pinCount(entry);
  }
}

/** Bytes of a line, and how many hexadecimal names are told from them, in one word. */
function lengthOf({ length, nameCount }: Outline): number {
  return (nameCount << 16) | length;
}

/** A range of a line in one word: offsets from its start, below 2^16. */
export function packRange(from: number, to: number): number {
  return (from << 16) | to;
}
