import { SPACE } from './bytes.js';
import { BLOCK, MAX_LENGTH, rangeSize } from './outline.js';
import type { Outline } from './outline.js';
import { MAX_PLAIN_WORD, isPlainWord } from './plain-words.js';

/** Header of an entry, in words of 32 bits; the rest of the line follows, then pins, bans and spans. */
const OWNER = 0;
const GROUP = 1;
const REVISION = 2;
const TEMPLATE = 3;
const BEFORE = 4;
const AFTER = 5;
const PIN_COUNT = 6;
const BAN_COUNT = 7;
const SPAN_COUNT = 8;
const HEADER = 9;

/** Slots of a bucket. */
const WAYS = 8;
/** A bucket is two lines of memory: the keys of its slots, then where their words are, what follows them, the entries. */
const PLACES = WAYS;
const CHECKS = 2 * WAYS;
const ENTRIES = 3 * WAYS;
const BUCKET = 4 * WAYS;
/** As many slots as there is room for entries of 32 words. */
const BUCKETS_PER_WORD = 1 / (32 * WAYS);
/** Words of entries for each rest of a line that is remembered. */
const WORDS_PER_REST = 8;
const INITIAL_WORDS = 1 << 12;
/** More words than any entry has. */
const MAX_ENTRY = 1 << 11;
/** Looks without success after which a cache that finds nothing is asked for one line in {@link RARELY} only. */
const PATIENCE = 256;
/** Looks that one success is worth. */
const SUCCESS = 16;
const RARELY = 16;
/** One look in so many asks first whether the line itself was met before. */
const SAMPLED = 8;
/** Integers of the filter, 32 keys each: it has to stay in the nearest memory. */
const FILTER_SIZE = 1 << 12;

/** Whose a family is, and what its lines have in common. */
export interface Family {
  readonly owner: number;
  /** The group of the lines, and how often its patterns had changed when the family was kept. */
  readonly group: number;
  readonly revision: number;
  readonly template: number;
}

/**
 * Families of lines: lines that differ in one plain word, which stands where their template has a wildcard, and in the
 * digits of their values. A word that was never seen before costs little more than a comparison of the rest.
 *
 * A family is filed under the hash of the blocks before its word and of the last 16 bytes, or 8, behind it. Where the
 * word of a line begins is not known, so each of its blocks is tried. Places are kept as offsets in the rest of the
 * line, the word left out. Constant words with digits are pinned, as in the cache of lines; words that some other
 * template has at the place are banned: they go the long way.
 */
export class FamilyCache {
  /** Entries, one after the other; position 0 stands for none. */
  words = new Int32Array(INITIAL_WORDS);
  /** First byte of the word of the family last found, and one past its last. */
  from = 0;
  to = 0;
  readonly #maxWords: number;
  readonly #rest = new Int32Array(MAX_LENGTH / 4 + 8);
  #used = 1;
  #buckets = new Int32Array(INITIAL_WORDS * BUCKETS_PER_WORD * BUCKET);
  /** A bit for every key that was filed, by remainder: most keys of a line are not. */
  readonly #filter = new Int32Array(FILTER_SIZE);
  /** By remainder, the last rest of a line that was met. */
  #met = new Int32Array(INITIAL_WORDS / WORDS_PER_REST);
  #entry = 0;
  #at = 0;
  #credit = PATIENCE;
  #skipped = 0;
  #looks = 0;

  /** @param maxWords most words of 32 bits of the entries, a power of two, or 0: none are kept */
  constructor(maxWords: number) {
    this.#maxWords = maxWords === 0 ? 0 : Math.max(INITIAL_WORDS, maxWords);
  }

  /** Whether to look the next line up: where families are rare, doing so costs more than it saves. */
  isWorthwhile(): boolean {
    this.#looks = (this.#looks + 1) % SAMPLED;
    if (this.#credit > 0) {
      this.#credit -= 1;
      return this.#maxWords > 0;
    }
    this.#skipped = (this.#skipped + 1) % RARELY;
    return this.#skipped === 0;
  }

  /** True for one look in {@link SAMPLED}: the line may be one of those that return as they were. */
  get isSample(): boolean {
    return this.#looks === 0;
  }

  /** Notes that a family stood for a line. */
  succeed(): void {
    this.#credit = Math.min(PATIENCE, this.#credit + SUCCESS);
  }

  get byteLength(): number {
    return this.words.byteLength + this.#buckets.byteLength + this.#met.byteLength + this.#filter.byteLength;
  }

  /**
   * Looks for the family of the line whose outline was read last, before one is kept. O(length), without allocation.
   *
   * @param revisions of the owner's groups: what was kept at another revision of its group is not found
   * @returns position of its entry, or 0
   */
  find(owner: number, revisions: Int32Array, line: Outline, bytes: Uint8Array): number {
    line.readHeads();
    if (this.#used === 1) return 0;
    const { heads, length } = line;
    const filter = this.#filter;
    const long = length < 16 ? 0 : line.tail(16);
    const short = line.tail(8);
    // A word with fewer bytes behind it than a tail has begins so close to the end.
    const shortFrom = length - MAX_PLAIN_WORD - 16 - BLOCK;
    for (let block = 0; block * BLOCK < length; block++) {
      const head = (heads[block] ?? 0) ^ owner;
      let key = head ^ long;
      for (let kind = 0; ; kind++) {
        const at = placeOf(key);
        if ((((filter[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1) {
          const entry = this.#findBy(key, owner, revisions, line, bytes);
          if (entry !== 0) return entry;
        }
        if (kind === 2 || block * BLOCK < shortFrom) break;
        key = kind === 0 ? head ^ short : head;
      }
    }
    return 0;
  }

  #findBy(key: number, owner: number, revisions: Int32Array, line: Outline, bytes: Uint8Array): number {
    const buckets = this.#buckets;
    const bucket = (placeOf(key) * BUCKET) & (buckets.length - 1);
    for (let slot = bucket; slot < bucket + WAYS; slot++) {
      if (buckets[slot] !== key) continue;
      const places = buckets[slot + PLACES] ?? 0;
      const from = line.start + (places >>> 16);
      const to = line.end - (places & 0xffff);
      if (to <= from || bytes[from - 1] !== SPACE || (to < line.end && bytes[to] !== SPACE)) continue;
      if (buckets[slot + CHECKS] !== line.checkAt(to)) continue;
      const entry = buckets[slot + ENTRIES] ?? 0;
      if (entry !== 0 && this.#isIt(entry, owner, revisions, line, bytes)) return entry;
    }
    return 0;
  }

  #isIt(entry: number, owner: number, revisions: Int32Array, line: Outline, bytes: Uint8Array): boolean {
    const { words } = this;
    if (words[entry + OWNER] !== owner) return false;
    if (words[entry + REVISION] !== revisions[words[entry + GROUP] ?? 0]) return false;
    const before = words[entry + BEFORE] ?? 0;
    const from = line.start + before;
    const to = line.end - (words[entry + AFTER] ?? 0);
    if (!line.hasRange(to, line.end, words, entry + HEADER + rangeSize(before))) return false;
    if (!line.hasRange(line.start, from, words, entry + HEADER)) return false;
    if (!isPlainWord(bytes, from, to, line.end)) return false;
    this.from = from;
    this.to = to;
    return true;
  }

  /** Whether the rest of the line, without the word at this range, was met before. O(length). */
  isReturning(owner: number, line: Outline, from: number, to: number): boolean {
    if (this.#maxWords === 0) return false;
    const rest = this.#rest;
    const size = line.copyRange(to, line.end, rest, line.copyRange(line.start, from, rest, 0));
    let hash = Math.imul(owner ^ (from - line.start), 0x9e3779b1);
    for (let i = 0; i < size; i++) {
      hash = Math.imul(hash ^ (rest[i] ?? 0), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    const met = this.#met;
    const isMet = met[hash & (met.length - 1)] === hash;
    met[hash & (met.length - 1)] = hash;
    return isMet;
  }

  /** Starts an entry for the word at a range of the line; pins, bans, then spans follow, then {@link commit}. */
  begin(
    { owner, group, revision, template }: Family,
    line: Outline,
    word: { from: number; to: number },
  ): void {
    if (this.#used + MAX_ENTRY > this.words.length) this.#makeRoom();
    const { words } = this;
    const { from, to } = word;
    const entry = this.#used;
    const size = line.copyRange(line.start, from, words, entry + HEADER);
    this.#entry = entry;
    this.#at = line.copyRange(to, line.end, words, size);
    words[entry + OWNER] = owner;
    words[entry + GROUP] = group;
    words[entry + REVISION] = revision;
    words[entry + TEMPLATE] = template;
    words[entry + BEFORE] = from - line.start;
    words[entry + AFTER] = line.end - to;
    words.fill(0, entry + PIN_COUNT, entry + HEADER);
  }

  /** Adds a constant word that has digits: its place in the rest of the line, and its element in the table of templates. */
  addPin(range: number, element: number): void {
    this.#add(PIN_COUNT, range);
    this.words[this.#at++] = element;
  }

  /** Adds an element whose word is not of this family. */
  addBan(element: number): void {
    this.#add(BAN_COUNT, element);
  }

  /** Adds a value by its place in the rest of the line. */
  addSpan(range: number): void {
    this.#add(SPAN_COUNT, range);
  }

  #add(counter: number, word: number): void {
    this.words[this.#at++] = word;
    this.words[this.#entry + counter] = (this.words[this.#entry + counter] ?? 0) + 1;
  }

  /** Ends the entry and files it in front of its bucket, whose last one has to go. */
  commit(line: Outline): void {
    const entry = this.#entry;
    const before = this.before(entry);
    const after = this.words[entry + AFTER] ?? 0;
    const head = (line.heads[before >>> 3] ?? 0) ^ (this.words[entry + OWNER] ?? 0);
    const key = head ^ (after < 8 ? 0 : line.tail(after < 16 ? 8 : 16));
    const place = placeOf(key);
    const buckets = this.#buckets;
    const bucket = (place * BUCKET) & (buckets.length - 1);
    for (let column = bucket; column < bucket + BUCKET; column += WAYS)
      buckets.copyWithin(column + 1, column, column + WAYS - 1);
    buckets[bucket] = key;
    buckets[bucket + PLACES] = (before << 16) | after;
    buckets[bucket + CHECKS] = line.checkAt(line.end - after);
    buckets[bucket + ENTRIES] = entry;
    this.#filter[place >>> 5] = (this.#filter[place >>> 5] ?? 0) | (1 << (place & 31));
    this.#used = this.#at;
  }

  /** Larger tables as long as they may grow, empty ones in any case. */
  #makeRoom(): void {
    const size = Math.min(this.#maxWords, this.words.length * 2);
    if (size > this.words.length) {
      this.words = new Int32Array(size);
      this.#buckets = new Int32Array(size * BUCKETS_PER_WORD * BUCKET);
      this.#met = new Int32Array(size / WORDS_PER_REST);
    } else {
      this.#buckets.fill(0);
    }
    this.#filter.fill(0);
    this.#used = 1;
  }

  template(entry: number): number {
    return this.words[entry + TEMPLATE] ?? 0;
  }

  /** Offset of the word in the lines of a family. */
  before(entry: number): number {
    return this.words[entry + BEFORE] ?? 0;
  }

  pinCount(entry: number): number {
    return this.words[entry + PIN_COUNT] ?? 0;
  }

  banCount(entry: number): number {
    return this.words[entry + BAN_COUNT] ?? 0;
  }

  spanCount(entry: number): number {
    return this.words[entry + SPAN_COUNT] ?? 0;
  }

  /** Position of the first pin: pairs of range and element; bans and ranges of values follow. */
  firstPin(entry: number): number {
    return entry + HEADER + rangeSize(this.before(entry)) + rangeSize(this.words[entry + AFTER] ?? 0);
  }
}

/** Seventeen bits of a key, for its bucket and its bit in the filter. */
function placeOf(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> 15;
}
