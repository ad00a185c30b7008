import { SPACE } from './bytes.js';
import { traitOf } from './evidence.js';
import type { LineScanner } from './line-scanner.js';
import { ANY_SHAPE, hashBytes, CONSTANT, SOFT, VARIABLE, WILD } from './skeleton.js';
import type { Skeleton } from './skeleton.js';

const SLOT_TEXT = [0x3c, 0x2a, 0x3e];

/**
 * Templates as columns of numbers: about 15 bytes per element, 40 per template, and the bytes of its words.
 * A template keeps its index for life; merged ones point to their parent, whose pattern covers them.
 */
export class TemplateStore {
  size = 0;
  elementCount = 0;
  textLength = 0;

  gaps = new Int32Array(256);
  kinds = new Uint8Array(256);
  shapes = new Int32Array(256);
  textStarts = new Uint32Array(256);
  textLengths = new Uint8Array(256);
  text = new Uint8Array(1024);
  #rendered = new Uint8Array(256);

  /** First element of a template's pattern. */
  firsts = new Uint32Array(32);
  /** First element of the form it was born with: the pattern's own until the pattern is widened. */
  births = new Uint32Array(32);
  sizes = new Uint8Array(32);
  parents = new Int32Array(32);
  /** The group of templates of the same structure (see pattern-index.ts). */
  groups = new Int32Array(32);
  /** Lines that a root's pattern covered and that were taken as evidence since it last changed. */
  lessons = new Uint8Array(32);
  /** Next template of the same group, or -1. */
  nexts = new Int32Array(32);
  counts = new Float64Array(32);
  idHighs = new Uint32Array(32);
  idLows = new Uint32Array(32);

  /** Copies the skeleton of a scanned line; returns the new index. */
  add(line: LineScanner): number {
    const index = this.size;
    this.#reserveTemplates(index + 1);
    this.#reserveElements(this.elementCount + line.size);
    this.firsts[index] = this.elementCount;
    this.births[index] = this.elementCount;
    this.sizes[index] = line.size;
    this.parents[index] = index;
    this.nexts[index] = -1;
    for (let i = 0; i < line.size; i++) this.#addElement(line, i);
    this.size += 1;
    return index;
  }

  /** Adds a template that stands for lines nobody could be told apart for: one wildcard. */
  addWild(): number {
    const index = this.size;
    this.#reserveTemplates(index + 1);
    this.#reserveElements(this.elementCount + 1);
    this.firsts[index] = this.elementCount;
    this.births[index] = this.elementCount;
    this.sizes[index] = 1;
    this.parents[index] = index;
    this.nexts[index] = -1;
    this.kinds[this.elementCount] = WILD;
    this.shapes[this.elementCount] = ANY_SHAPE;
    this.elementCount += 1;
    this.size += 1;
    return index;
  }

  #addElement(line: LineScanner, i: number): void {
    const at = this.elementCount++;
    const kind = line.kinds[i] ?? CONSTANT;
    const shape = line.shapes[i] ?? 0;
    this.gaps[at] = line.gaps[i] ?? 0;
    this.kinds[at] = kind;
    this.shapes[at] = shape;
    this.textStarts[at] = this.textLength;
    if (kind !== VARIABLE) this.#addText(line.bytes, line.starts[i] ?? 0, line.ends[i] ?? 0);
    else if (shape > 0) this.#addRunText(line, i);
    this.textLengths[at] = this.textLength - (this.textStarts[at] ?? 0);
  }

  #addText(bytes: Uint8Array, start: number, end: number): void {
    this.#reserveText(this.textLength + end - start);
    for (let i = start; i < end; i++) this.text[this.textLength++] = bytes[i] ?? 0;
  }

  /** The text of a run of values: `<*>` for each, their separators as they came, blanks collapsed. */
  #addRunText(line: LineScanner, i: number): void {
    const from = line.firstValues[i] ?? 0;
    const to = line.firstValues[i + 1] ?? 0;
    this.#reserveText(this.textLength + (to - from) * 8);
    for (let value = from; value < to; value++) {
      if (value > from)
        this.#addGapText(line.bytes, line.valueEnds[value - 1] ?? 0, line.valueStarts[value] ?? 0);
      for (const byte of SLOT_TEXT) this.text[this.textLength++] = byte;
    }
  }

  #addGapText(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) {
      const byte = bytes[i] ?? 0;
      const isBlank = byte <= SPACE;
      if (isBlank && this.text[this.textLength - 1] === SPACE) continue;
      this.text[this.textLength++] = isBlank ? SPACE : byte;
    }
  }

  /** The template that stands for this one after all merges. Amortised almost O(1) (path halving). */
  rootOf(index: number): number {
    let at = index;
    for (;;) {
      const parent = this.parents[at] ?? at;
      if (parent === at) return at;
      const grandparent = this.parents[parent] ?? parent;
      this.parents[at] = grandparent;
      at = grandparent;
    }
  }

  /** Whether a constant or soft element has exactly these bytes. */
  hasText(element: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (this.textLengths[element] !== length) return false;
    const offset = this.textStarts[element] ?? 0;
    const text = this.text;
    for (let i = 0; i < length; i++) if (text[offset + i] !== bytes[start + i]) return false;
    return true;
  }

  /** Whether pattern `index` covers the form that `other` was born with. */
  covers(index: number, other: number): boolean {
    const size = this.sizes[index] ?? 0;
    if (this.sizes[other] !== size) return false;
    const first = this.firsts[index] ?? 0;
    const otherFirst = this.births[other] ?? 0;
    for (let i = 0; i < size; i++) {
      if (this.gaps[first + i] !== this.gaps[otherFirst + i]) return false;
      const isCovered = this.kinds[first + i] === WILD || this.#agree(first + i, otherFirst + i);
      if (!isCovered) return false;
    }
    return true;
  }

  /** Whether some line could fit both patterns, element `except` left aside. */
  overlaps(index: number, other: number, except: number): boolean {
    const size = this.sizes[index] ?? 0;
    if (this.sizes[other] !== size) return false;
    const first = this.firsts[index] ?? 0;
    const otherFirst = this.firsts[other] ?? 0;
    for (let i = 0; i < size; i++) {
      if (this.gaps[first + i] !== this.gaps[otherFirst + i]) return false;
      if (i === except || this.kinds[first + i] === WILD || this.kinds[otherFirst + i] === WILD) continue;
      if (!this.#agree(first + i, otherFirst + i)) return false;
    }
    return true;
  }

  /** Whether the form that `index` was born with is this line but for a word in place of the value at element `except`. */
  agreesWith(index: number, line: LineScanner, except: number): boolean {
    if (this.sizes[index] !== line.size) return false;
    const first = this.births[index] ?? 0;
    for (let i = 0; i < line.size; i++) {
      const isConstant = this.kinds[first + i] === CONSTANT;
      if (this.gaps[first + i] !== line.gaps[i]) return false;
      if (isConstant !== (line.kinds[i] === CONSTANT || i === except)) return false;
      if (
        isConstant &&
        i !== except &&
        !this.hasText(first + i, line.bytes, line.starts[i] ?? 0, line.ends[i] ?? 0)
      ) {
        return false;
      }
    }
    return true;
  }

  /** The one element by whose word a line of the group of `index` does not fit its pattern, or -1: none, or more. */
  onlyDifference(index: number, line: LineScanner): number {
    const first = this.firsts[index] ?? 0;
    let found = -1;
    for (let i = 0; i < line.size; i++) {
      const kind = this.kinds[first + i] ?? CONSTANT;
      if (kind === WILD) continue;
      if ((kind === CONSTANT) !== (line.kinds[i] === CONSTANT)) return -1;
      if (kind !== CONSTANT) continue;
      if (this.hasText(first + i, line.bytes, line.starts[i] ?? 0, line.ends[i] ?? 0)) continue;
      if (found >= 0) return -1;
      found = i;
    }
    return found;
  }

  /** Hash of the word of an element. */
  hashOf(element: number): number {
    const start = this.textStarts[element] ?? 0;
    return hashBytes(this.text, start, start + (this.textLengths[element] ?? 0));
  }

  /** Whether two patterns are alike but for element `except`. */
  differOnlyAt(index: number, other: number, except: number): boolean {
    const first = this.firsts[index] ?? 0;
    const otherFirst = this.firsts[other] ?? 0;
    for (let i = 0; i < (this.sizes[index] ?? 0); i++) {
      const isWild = this.kinds[first + i] === WILD;
      if (i !== except && isWild !== (this.kinds[otherFirst + i] === WILD)) return false;
    }
    return this.overlaps(index, other, except);
  }

  /** Two elements that are the same constant, or both values. */
  #agree(a: number, b: number): boolean {
    const isConstant = this.kinds[a] === CONSTANT;
    if (isConstant !== (this.kinds[b] === CONSTANT)) return false;
    return !isConstant || this.#sameText(a, b);
  }

  #sameText(a: number, b: number): boolean {
    const length = this.textLengths[a] ?? 0;
    if (this.textLengths[b] !== length) return false;
    const startA = this.textStarts[a] ?? 0;
    const startB = this.textStarts[b] ?? 0;
    const text = this.text;
    for (let i = 0; i < length; i++) if (text[startA + i] !== text[startB + i]) return false;
    return true;
  }

  /** Widens pattern `index` so that it also covers `other`, of the same structure. Returns true when it changed. */
  widenOver(index: number, other: number): boolean {
    this.ownPattern(index);
    const size = this.sizes[index] ?? 0;
    const first = this.firsts[index] ?? 0;
    const otherFirst = this.firsts[other] ?? 0;
    let changed = false;
    for (let i = 0; i < size; i++) {
      const a = first + i;
      const b = otherFirst + i;
      const kind = this.#joinedKind(a, b);
      const shape = this.shapes[a] === this.shapes[b] ? (this.shapes[a] ?? 0) : ANY_SHAPE;
      if (this.setSlot(a, kind, shape)) changed = true;
    }
    return changed;
  }

  /** Gives a template a pattern of its own to widen, so that the form it was born with stays as evidence. */
  ownPattern(index: number): void {
    const from = this.births[index] ?? 0;
    if (this.firsts[index] !== from) return;
    const size = this.sizes[index] ?? 0;
    this.#reserveElements(this.elementCount + size);
    for (const column of [this.gaps, this.kinds, this.shapes, this.textStarts, this.textLengths]) {
      column.copyWithin(this.elementCount, from, from + size);
    }
    this.firsts[index] = this.elementCount;
    this.elementCount += size;
  }

  #joinedKind(a: number, b: number): number {
    const mine = this.kinds[a] ?? CONSTANT;
    const theirs = this.kinds[b] ?? CONSTANT;
    const isSame = mine === theirs && mine !== VARIABLE && this.#sameText(a, b);
    if (mine === WILD || theirs === WILD) return WILD;
    if (mine === CONSTANT && theirs === CONSTANT) return isSame ? CONSTANT : WILD;
    if (mine === CONSTANT || theirs === CONSTANT) return WILD;
    return mine === SOFT && isSame ? SOFT : VARIABLE;
  }

  /** Sets kind and shape of one element; returns true when either changed. */
  setSlot(element: number, kind: number, shape: number): boolean {
    if (this.kinds[element] === kind && this.shapes[element] === shape) return false;
    this.kinds[element] = kind;
    this.shapes[element] = shape;
    return true;
  }

  /** Loads a pattern as a skeleton whose learned places count as values. O(bytes of its words). */
  load(index: number, into: Skeleton): void {
    const first = this.firsts[index] ?? 0;
    into.size = this.sizes[index] ?? 0;
    for (let i = 0; i < into.size; i++) {
      const start = this.textStarts[first + i] ?? 0;
      const length = this.textLengths[first + i] ?? 0;
      into.gaps[i] = this.gaps[first + i] ?? 0;
      into.kinds[i] = this.kinds[first + i] ?? CONSTANT;
      into.traits[i] = traitOf(this.text, start, start + length);
      into.hashes[i] = length === 0 ? 0 : hashBytes(this.text, start, start + length);
    }
    into.seal();
  }

  /** Bytes of the template's text, `<*>` where values vary; valid until the next call. */
  render(index: number): Uint8Array {
    const first = this.firsts[index] ?? 0;
    const last = first + (this.sizes[index] ?? 0);
    let length = 0;
    for (let i = first; i < last; i++) length += 4 + Math.max(SLOT_TEXT.length, this.textLengths[i] ?? 0);
    if (length > this.#rendered.length) this.#rendered = new Uint8Array(length + (length >>> 1));
    const out = this.#rendered;
    const { text } = this;
    let at = 0;
    for (let i = first; i < last; i++) {
      at = putGap(out, at, this.gaps[i] ?? 0);
      const kind = this.kinds[i] ?? CONSTANT;
      const hasText = kind === CONSTANT || kind === SOFT || (kind === VARIABLE && (this.shapes[i] ?? 0) > 0);
      const start = this.textStarts[i] ?? 0;
      if (!hasText) for (const byte of SLOT_TEXT) out[at++] = byte;
      else for (let k = 0; k < (this.textLengths[i] ?? 0); k++) out[at++] = text[start + k] ?? 0;
    }
    return out.subarray(0, at);
  }

  /** Bytes that the columns hold. */
  get byteLength(): number {
    return this.gaps.length * 14 + this.text.length + this.firsts.length * 42;
  }

  #reserveTemplates(needed: number): void {
    if (needed <= this.firsts.length) return;
    const capacity = grownCapacity(needed);
    this.firsts = grown(this.firsts, new Uint32Array(capacity));
    this.births = grown(this.births, new Uint32Array(capacity));
    this.sizes = grown(this.sizes, new Uint8Array(capacity));
    this.parents = grown(this.parents, new Int32Array(capacity));
    this.nexts = grown(this.nexts, new Int32Array(capacity));
    this.groups = grown(this.groups, new Int32Array(capacity));
    this.lessons = grown(this.lessons, new Uint8Array(capacity));
    this.counts = grown(this.counts, new Float64Array(capacity));
    this.idHighs = grown(this.idHighs, new Uint32Array(capacity));
    this.idLows = grown(this.idLows, new Uint32Array(capacity));
  }

  #reserveElements(needed: number): void {
    if (needed <= this.gaps.length) return;
    const capacity = grownCapacity(needed);
    this.gaps = grown(this.gaps, new Int32Array(capacity));
    this.kinds = grown(this.kinds, new Uint8Array(capacity));
    this.shapes = grown(this.shapes, new Int32Array(capacity));
    this.textStarts = grown(this.textStarts, new Uint32Array(capacity));
    this.textLengths = grown(this.textLengths, new Uint8Array(capacity));
  }

  #reserveText(needed: number): void {
    if (needed > this.text.length) this.text = grown(this.text, new Uint8Array(grownCapacity(needed)));
  }
}

/** A quarter more than needed: the tables are small, and half-empty ones would cost more than the copying. */
function grownCapacity(needed: number): number {
  return needed + (needed >>> 2) + 16;
}

function grown<Column extends { set(from: Column): void }>(column: Column, larger: Column): Column {
  larger.set(column);
  return larger;
}

/** Writes the bytes of a gap; returns where the next byte goes. */
function putGap(out: Uint8Array, from: number, gap: number): number {
  let at = from;
  for (let shift = 24; shift >= 0; shift -= 8) {
    const byte = (gap >>> shift) & 0xff;
    if (byte !== 0) out[at++] = byte;
  }
  return at;
}
