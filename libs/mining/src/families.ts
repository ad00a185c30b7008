import { hasDigit } from './bytes.js';
import type { FamilyCache } from './family-cache.js';
import { LESSONS } from './learner.js';
import { packRange } from './line-cache.js';
import type { LineScanner } from './line-scanner.js';
import type { Outline } from './outline.js';
import { NO_GROUP } from './pattern-index.js';
import type { PatternIndex } from './pattern-index.js';
import { isPlainWord } from './plain-words.js';
import { CONSTANT, SOFT, WILD } from './skeleton.js';
import type { TemplateStore } from './template-store.js';

/** Most words that other templates have at the place of a family's word. */
const MAX_BANS = 8;

/** What was found out about a line: its template, and the places of its values as pairs of start and end. */
export interface Finding {
  readonly template: number;
  readonly spans: Uint32Array;
  readonly spanCount: number;
}

/**
 * One miner's view of the families of lines: which lines a family may stand for.
 *
 * A family answers for all of its lines what mining them anew would answer, changing nothing on the way. So it is kept
 * when the line's template has a wildcard for the word and takes no more lessons, or when the line went to an overflow
 * template, and no other template could cover a line of the family unless it has one of a few banned words.
 */
export class Families {
  /** Values of the line last recalled. */
  spanCount = 0;
  readonly #cache: FamilyCache;
  readonly #owner: number;
  readonly #store: TemplateStore;
  readonly #patterns: PatternIndex;
  readonly #bans: number[] = [];

  constructor(
    shared: { readonly cache: FamilyCache; readonly owner: number },
    tables: { readonly store: TemplateStore; readonly patterns: PatternIndex },
  ) {
    this.#cache = shared.cache;
    this.#owner = shared.owner;
    this.#store = tables.store;
    this.#patterns = tables.patterns;
  }

  /** The template of a line by its family, or -1. Leaves the places of its values in `spans`. */
  recall(line: Outline, bytes: Uint8Array, spans: Uint32Array): number {
    const cache = this.#cache;
    const entry = cache.find(this.#owner, this.#patterns.revisions, line, bytes);
    if (entry === 0) return -1;
    const { start } = line;
    const { from, to } = cache;
    const before = cache.before(entry);
    const length = to - from;
    const { words } = cache;
    let at = cache.firstPin(entry);
    for (let pins = cache.pinCount(entry); pins > 0; pins--, at += 2) {
      const range = words[at] ?? 0;
      const shift = range >>> 16 > before ? start + length : start;
      if (!this.#store.hasText(words[at + 1] ?? 0, bytes, shift + (range >>> 16), shift + (range & 0xffff)))
        return -1;
    }
    for (let bans = cache.banCount(entry); bans > 0; bans--, at++)
      if (this.#store.hasText(words[at] ?? 0, bytes, from, to)) return -1;
    const count = cache.spanCount(entry);
    this.spanCount = count;
    for (let i = 0; i < count; i++) {
      const range = words[at + i] ?? 0;
      const first = range >>> 16;
      const last = range & 0xffff;
      spans[2 * i] = first > before ? start + first + length : start + first;
      spans[2 * i + 1] = last >= before ? start + last + length : start + last;
    }
    cache.succeed();
    return cache.template(entry);
  }

  /** Keeps the family of a line that was just mined, if it has one. */
  keep(line: LineScanner, outline: Outline, finding: Finding): void {
    const { template } = finding;
    const isOverflow = this.#store.groups[template] === NO_GROUP;
    const place = isOverflow ? this.#strangePlace(line) : this.#openPlace(line, outline, template);
    if (place > 0 && this.#findBans(line, template, place)) this.#write(line, outline, finding, place);
  }

  /** The place of a plain word at a wildcard of a template that takes no more lessons, or 0. */
  #openPlace(line: LineScanner, outline: Outline, template: number): number {
    const store = this.#store;
    if ((store.lessons[template] ?? 0) < LESSONS) return 0;
    const first = store.firsts[template] ?? 0;
    let found = 0;
    for (let i = 1; i < line.size; i++) {
      if (line.kinds[i] !== CONSTANT || store.kinds[first + i] !== WILD || !isPlain(line, i)) continue;
      // Of several, the one that varies while the rest comes back.
      if (this.#cache.isReturning(this.#owner, outline, line.starts[i] ?? 0, line.ends[i] ?? 0)) return i;
      found = found === 0 ? i : -1;
    }
    return found;
  }

  /** The place of the one plain word by which an overflow line differs from a template, or 0. */
  #strangePlace(line: LineScanner): number {
    if (hasConstantDigits(line)) return 0;
    const store = this.#store;
    const group = this.#patterns.groupOf(line);
    for (let t = this.#patterns.heads[group] ?? -1; t >= 0; t = store.nexts[t] ?? -1) {
      if (store.parents[t] !== t) continue;
      const place = store.onlyDifference(t, line);
      if (place > 0 && isPlain(line, place)) return place;
    }
    return 0;
  }

  /** The words at element `except` by which other templates cover a line of this family; false when they are too many. */
  #findBans(line: LineScanner, template: number, except: number): boolean {
    const store = this.#store;
    this.#bans.length = 0;
    const group = this.#patterns.groupOf(line);
    for (let t = this.#patterns.heads[group] ?? -1; t >= 0; t = store.nexts[t] ?? -1) {
      if (store.parents[t] !== t || t === template || store.onlyDifference(t, line) !== except) continue;
      if (this.#bans.length === MAX_BANS) return false;
      this.#bans.push((store.firsts[t] ?? 0) + except);
    }
    return true;
  }

  #write(line: LineScanner, outline: Outline, { template, spans, spanCount }: Finding, place: number): void {
    const cache = this.#cache;
    const store = this.#store;
    const { bytes, lineStart } = line;
    const group = this.#patterns.groupOf(line);
    const revision = this.#patterns.revisions[group] ?? 0;
    const from = line.starts[place] ?? 0;
    const to = line.ends[place] ?? 0;
    cache.begin({ owner: this.#owner, group, revision, template }, outline, { from, to });
    const inRest = (offset: number): number => offset - lineStart - (offset > from ? to - from : 0);
    const size = store.groups[template] === NO_GROUP ? 0 : line.size;
    for (let i = 0; i < size; i++) {
      const element = (store.firsts[template] ?? 0) + i;
      const kind = store.kinds[element];
      if (i === place || (kind !== CONSTANT && kind !== SOFT)) continue;
      const start = line.starts[i] ?? 0;
      const end = line.ends[i] ?? 0;
      if (hasDigit(bytes, start, end)) cache.addPin(packRange(inRest(start), inRest(end)), element);
    }
    for (const ban of this.#bans) cache.addBan(ban);
    for (let i = 0; i < spanCount; i++)
      cache.addSpan(packRange(inRest(spans[2 * i] ?? 0), inRest(spans[2 * i + 1] ?? 0)));
    cache.commit(outline);
  }
}

function isPlain(line: LineScanner, i: number): boolean {
  return isPlainWord(line.bytes, line.starts[i] ?? 0, line.ends[i] ?? 0, line.lineEnd);
}

/** Whether a constant word of a line has a digit: then lines with other digits are not of its kind. */
export function hasConstantDigits(line: LineScanner): boolean {
  for (let i = 0; i < line.size; i++)
    if (line.kinds[i] === CONSTANT && hasDigit(line.bytes, line.starts[i] ?? 0, line.ends[i] ?? 0))
      return true;
  return false;
}
