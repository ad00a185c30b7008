import { hashText, decodeUtf8, parseTemplateId, templateIdFromHalves } from '@culprit/kernel';
import type { TemplateId } from '@culprit/kernel';
import { hasDigit } from './bytes.js';
import { Families, hasConstantDigits } from './families.js';
import { EvidenceTable } from './evidence-table.js';
import { Learner } from './learner.js';
import { LineCache, packRange } from './line-cache.js';
import { LineScanner, MAX_VALUES } from './line-scanner.js';
import { PatternIndex } from './pattern-index.js';
import * as elements from './skeleton.js';
import { readSnapshot, writeSnapshot } from './snapshot.js';
import type { MinerState } from './snapshot.js';
import type { TemplateChange } from './template.js';
import { TemplateStore } from './template-store.js';

// Folded into the code, which imported bindings are not.
const { ANY_SHAPE, CONSTANT, MAX_ELEMENTS, SOFT, VARIABLE, WILD } = elements;

/** Templates a log type may have before unfamiliar lines share overflow templates. */
const DEFAULT_MAX_TEMPLATES = 2_000;
/** Entries of evidence per template: its own key, and one per constant word of its lines. */
export const EVIDENCE_PER_TEMPLATE = 64;
/** Overflow templates: one per power of two of the number of elements. */
const OVERFLOW_BUCKETS = 9;

/** Options of {@link TemplateMiner}. */
export interface TemplateMinerOptions {
  /** What the ids are unique within, for example tenant and log type. */
  readonly scope: string;
  /** Integer >= 1; default {@link DEFAULT_MAX_TEMPLATES}. */
  readonly maxTemplates?: number;
  /** Lines met before, shared by the miners of one process; default: one of its own. */
  readonly cache?: LineCache;
}

/** What a miner had to leave out; all counters since it was created. */
export interface MinerNotices {
  /** Lines that went to an overflow template because the table was full: a template explosion. */
  readonly overflowLines: number;
  /** Lines with more words than are told apart; the rest of each is one variable. */
  readonly truncatedLines: number;
  /** Times evidence for merges was left out because its table was full. */
  readonly evidenceOmissions: number;
}

/**
 * Learns the templates of one log type online, one line at a time, with one fixed configuration.
 *
 * A template index is stable for life; after merges {@link canonical} gives the index that stands for it. Counts by
 * canonical index add up to the number of lines. Deterministic, no clock, no randomness; O(line length) per line that
 * fits a known template, without allocation.
 */
export class TemplateMiner {
  /** `[start, end)` pairs into the bytes of the last mined line, one pair per `<*>` of its template, in order. */
  readonly parameterSpans = new Uint32Array(2 * (MAX_VALUES + MAX_ELEMENTS));
  readonly #scope: string;
  readonly #maxTemplates: number;
  readonly #line = new LineScanner();
  readonly #store: TemplateStore;
  readonly #patterns: PatternIndex;
  readonly #evidence: EvidenceTable;
  readonly #learner: Learner;
  readonly #cache: LineCache;
  readonly #families: Families;
  /** This miner's number in the cache. */
  readonly #owner: number;
  readonly #indexById = new Map<TemplateId, number>();
  readonly #overflow = new Int32Array(OVERFLOW_BUCKETS).fill(-1);
  readonly #generalised = new Set<number>();
  #created: number[] = [];
  #merged: number[] = [];
  #spanCount = 0;
  #isLoose = false;
  #overflowLines = 0;
  #truncatedLines = 0;
  readonly #fits = (index: number): boolean => this.#matches(index);

  constructor(options: TemplateMinerOptions, state?: MinerState) {
    this.#scope = options.scope;
    this.#maxTemplates = options.maxTemplates ?? DEFAULT_MAX_TEMPLATES;
    this.#store = state?.store ?? new TemplateStore();
    this.#patterns = new PatternIndex(this.#store);
    this.#evidence = new EvidenceTable(this.#maxTemplates * EVIDENCE_PER_TEMPLATE);
    const tables = { store: this.#store, patterns: this.#patterns, evidence: this.#evidence };
    this.#learner = new Learner(tables, {
      generalised: (index) => this.#noteGeneralised(index),
      merged: (from, into) => this.#merged.push(from, into),
    });
    this.#cache = options.cache ?? new LineCache();
    this.#owner = this.#cache.addOwner();
    this.#families = new Families({ cache: this.#cache.families, owner: this.#owner }, tables);
    if (state !== undefined) this.#resume(state);
  }

  /**
   * Finds or makes the template of one line.
   *
   * @param bytes UTF-8 text, not trusted: any bytes are accepted
   * @param start first byte of the line
   * @param end   one past its last byte
   * @returns the template's canonical index at this moment
   */
  mine(bytes: Uint8Array, start: number, end: number): number {
    const entry = this.#cache.find(this.#owner, this.#patterns.revisions, bytes, start, end);
    const isKnown = entry !== 0 && this.#hasPins(entry, bytes, start);
    const index = isKnown ? this.#recall(entry, start) : this.#mineAnew(bytes, start, end);
    // Read here, because a new template may have moved the columns.
    const { counts } = this.#store;
    counts[index] = (counts[index] ?? 0) + 1;
    return index;
  }

  /** Template and values of a line of which all that matters was seen before. */
  #recall(entry: number, start: number): number {
    const cache = this.#cache;
    const { words } = cache;
    const spans = this.parameterSpans;
    const count = cache.spanCount(entry);
    const first = cache.firstSpan(entry);
    for (let i = 0; i < count; i++) {
      const range = words[first + i] ?? 0;
      spans[2 * i] = start + (range >>> 16);
      spans[2 * i + 1] = start + (range & 0xffff);
    }
    this.#spanCount = count;
    return this.#recalled(cache.template(entry));
  }

  /** Whether constant words with digits are the same as when the entry was made. */
  #hasPins(entry: number, bytes: Uint8Array, start: number): boolean {
    const cache = this.#cache;
    const { words } = cache;
    const first = cache.firstPin(entry);
    for (let pin = first + 2 * cache.pinCount(entry) - 2; pin >= first; pin -= 2) {
      const range = words[pin] ?? 0;
      const element = words[pin + 1] ?? 0;
      if (!this.#store.hasText(element, bytes, start + (range >>> 16), start + (range & 0xffff)))
        return false;
    }
    return true;
  }

  /** Counts a line that went to an overflow template before. */
  #recalled(index: number): number {
    if (this.#isOverflow(index)) this.#overflowLines += 1;
    return index;
  }

  #mineAnew(bytes: Uint8Array, start: number, end: number): number {
    const cache = this.#cache;
    const { hasOutline, outline } = cache;
    const mayHaveFamily = hasOutline && !cache.isReturning && cache.families.isWorthwhile();
    if (!mayHaveFamily || cache.families.isSample) cache.meet();
    if (mayHaveFamily && !cache.isReturning) {
      const known = this.#families.recall(outline, bytes, this.parameterSpans);
      this.#spanCount = this.#families.spanCount;
      if (known >= 0) return this.#recalled(known);
      if (!cache.families.isSample) cache.meet();
    }
    const { isReturning } = cache;
    const line = this.#line;
    line.scan(bytes, start, end);
    if (line.isTruncated) this.#truncatedLines += 1;
    let index = this.#learner.find(line, this.#fits);
    if (index < 0) index = this.#add();
    else if (this.#learner.hasLearned) this.#isLoose = true;
    if (this.#isLoose) this.#loosen(index);
    this.#collectSpans(index);
    if (line.isTruncated || !hasOutline) return index;
    const finding = { template: index, spans: this.parameterSpans, spanCount: this.#spanCount };
    if (isReturning) this.#keep(index);
    else if (mayHaveFamily) this.#families.keep(line, outline, finding);
    return index;
  }

  /** Keeps what was found out of the line, for the next one with the same outline. */
  #keep(index: number): void {
    const cache = this.#cache;
    const line = this.#line;
    const { kinds, firsts } = this.#store;
    const { starts, ends, lineStart } = line;
    const first = firsts[index] ?? 0;
    const isOverflow = this.#isOverflow(index);
    if (isOverflow && hasConstantDigits(line)) return;
    const group = this.#patterns.groupOf(line);
    cache.begin({
      owner: this.#owner,
      group,
      revision: this.#patterns.revisions[group] ?? 0,
      template: index,
    });
    const size = isOverflow ? 0 : line.size;
    for (let i = 0; i < size; i++) {
      const kind = kinds[first + i] ?? CONSTANT;
      if (kind !== CONSTANT && kind !== SOFT) continue;
      const from = starts[i] ?? 0;
      const to = ends[i] ?? 0;
      if (hasDigit(line.bytes, from, to))
        cache.addPin(packRange(from - lineStart, to - lineStart), first + i);
    }
    const spans = this.parameterSpans;
    for (let i = 0; i < this.#spanCount; i++)
      cache.addSpan(packRange((spans[2 * i] ?? 0) - lineStart, (spans[2 * i + 1] ?? 0) - lineStart));
    cache.commit();
  }

  /** Number of parameters of the last mined line. */
  get parameterCount(): number {
    return this.#spanCount;
  }

  /** Number of template indices given out, merged ones included. */
  get size(): number {
    return this.#store.size;
  }

  /** One past the highest index it ever gives out. */
  get capacity(): number {
    return this.#maxTemplates + OVERFLOW_BUCKETS;
  }

  /** Whether {@link takeChanges} has anything to tell. */
  get hasChanges(): boolean {
    return this.#created.length > 0 || this.#merged.length > 0 || this.#generalised.size > 0;
  }

  /** Bytes held by the tables, for memory budgets. */
  get byteLength(): number {
    return this.#store.byteLength + this.#patterns.byteLength + this.#evidence.entries.byteLength;
  }

  get notices(): MinerNotices {
    return {
      overflowLines: this.#overflowLines,
      truncatedLines: this.#truncatedLines,
      evidenceOmissions: this.#learner.omissions,
    };
  }

  /** The index that stands for a template after all merges so far. */
  canonical(index: number): number {
    return this.#store.rootOf(index);
  }

  /** Hash of the scope and of the template's first form: the same wherever and whenever the template is met. */
  templateId(index: number): TemplateId {
    return templateIdFromHalves(this.#store.idHighs[index] ?? 0, this.#store.idLows[index] ?? 0);
  }

  /** Text of the canonical template, with `<*>` where values vary. Log text: not to be trusted. */
  templateText(index: number): string {
    return decodeUtf8(this.#store.render(this.canonical(index)));
  }

  /** Lines that belong to the canonical template of `index`. */
  count(index: number): number {
    return this.#store.counts[this.canonical(index)] ?? 0;
  }

  indexOf(id: TemplateId): number | undefined {
    return this.#indexById.get(id);
  }

  /** What was learned since the last call: templates created, then merged, then generalised. */
  takeChanges(): TemplateChange[] {
    const changes: TemplateChange[] = [];
    for (const index of this.#created) {
      changes.push({ kind: 'created', templateId: this.templateId(index), text: this.templateText(index) });
    }
    for (let i = 0; i < this.#merged.length; i += 2) {
      const templateId = this.templateId(this.#merged[i] ?? 0);
      changes.push({ kind: 'merged', templateId, into: this.templateId(this.#merged[i + 1] ?? 0) });
    }
    const roots = new Set([...this.#generalised].map((index) => this.canonical(index)));
    for (const index of roots) {
      changes.push({
        kind: 'generalised',
        templateId: this.templateId(index),
        text: this.templateText(index),
      });
    }
    this.#created = [];
    this.#merged = [];
    this.#generalised.clear();
    return changes;
  }

  /** All state as bytes: a restored miner answers every further line exactly as this one would. */
  snapshot(): Uint8Array {
    return writeSnapshot({
      scope: this.#scope,
      maxTemplates: this.#maxTemplates,
      store: this.#store,
      entries: this.#evidence.entries,
      usedEntries: this.#evidence.used,
      heads: this.#patterns.heads,
      overflow: [...this.#overflow],
      created: this.#created,
      merged: this.#merged,
      generalised: [...this.#generalised],
      counters: [this.#overflowLines, this.#truncatedLines, this.#learner.omissions],
    });
  }

  /** Throws RangeError when the bytes are no snapshot of this version. */
  static restore(bytes: Uint8Array, cache = new LineCache()): TemplateMiner {
    const state = readSnapshot(bytes);
    return new TemplateMiner({ scope: state.scope, maxTemplates: state.maxTemplates, cache }, state);
  }

  #resume(state: MinerState): void {
    this.#evidence.entries = state.entries;
    this.#evidence.used = state.usedEntries;
    this.#patterns.restore(state.heads);
    this.#overflow.set(state.overflow);
    this.#created = [...state.created];
    this.#merged = [...state.merged];
    for (const index of state.generalised) this.#generalised.add(index);
    [this.#overflowLines = 0, this.#truncatedLines = 0, this.#learner.omissions = 0] = state.counters;
    for (let index = 0; index < this.#store.size; index++) this.#indexById.set(this.templateId(index), index);
  }

  /** A line that no pattern covers: the first of a new template, or one too many. */
  #add(): number {
    const line = this.#line;
    this.#isLoose = false;
    if (this.#store.size >= this.#maxTemplates) return this.#overflowTemplate();
    const index = this.#store.add(line);
    this.#register(index, '');
    const root = this.#learner.file(line, index);
    this.#isLoose = root !== index;
    return root;
  }

  #overflowTemplate(): number {
    this.#overflowLines += 1;
    const bucket = 32 - Math.clz32(this.#line.size);
    const known = this.#overflow[bucket] ?? -1;
    if (known >= 0) return known;
    const index = this.#store.addWild();
    this.#overflow[bucket] = index;
    this.#register(index, `overflow ${bucket}`);
    return index;
  }

  /** Gives a template its id. Should two ever collide, the later one is salted: an id names one template only. */
  #register(index: number, name: string): void {
    const birth = name === '' ? latin1(this.#store.render(index)) : name;
    const kinds = String(this.#store.sizes[index] ?? 0);
    let text = `${this.#scope}\u0000${kinds}\u0000${birth}`;
    for (;;) {
      const id = parseTemplateId(hashText(text));
      if (id !== undefined && !this.#indexById.has(id)) {
        this.#store.idHighs[index] = Number.parseInt(id.slice(0, 8), 16);
        this.#store.idLows[index] = Number.parseInt(id.slice(8), 16);
        this.#indexById.set(id, index);
        this.#created.push(index);
        return;
      }
      text += '\u0000';
    }
  }

  /** Compares the line with a template, byte by byte where the template is constant. */
  #matches(index: number): boolean {
    const line = this.#line;
    const store = this.#store;
    const size = line.size;
    if (store.sizes[index] !== size) return false;
    const first = store.firsts[index] ?? 0;
    const { gaps, kinds } = store;
    const lineGaps = line.gaps;
    const lineKinds = line.kinds;
    let isLoose = false;
    for (let i = 0; i < size; i++) {
      const element = first + i;
      if (gaps[element] !== lineGaps[i]) return false;
      const kind = kinds[element] ?? CONSTANT;
      const lineKind = lineKinds[i] ?? CONSTANT;
      if (kind === CONSTANT) {
        if (lineKind !== CONSTANT) return false;
        if (!store.hasText(element, line.bytes, line.starts[i] ?? 0, line.ends[i] ?? 0)) return false;
      } else if (kind !== WILD) {
        if (lineKind === CONSTANT) return false;
        const shape = store.shapes[element] ?? 0;
        if (shape !== ANY_SHAPE && shape !== line.shapes[i]) isLoose = true;
        if (kind === SOFT && !this.#isSameSoft(element, i)) isLoose = true;
      }
    }
    this.#isLoose = isLoose;
    return true;
  }

  #isSameSoft(element: number, i: number): boolean {
    const line = this.#line;
    if (line.kinds[i] !== SOFT) return false;
    return this.#store.hasText(element, line.bytes, line.starts[i] ?? 0, line.ends[i] ?? 0);
  }

  /** Turns soft words that differ into variables, and runs of another shape into lists of any length. */
  #loosen(index: number): void {
    const line = this.#line;
    const store = this.#store;
    const first = store.firsts[index] ?? 0;
    this.#isLoose = false;
    for (let i = 0; i < line.size; i++) {
      const element = first + i;
      const kind = store.kinds[element] ?? CONSTANT;
      if (kind !== SOFT && kind !== VARIABLE) continue;
      const shape = store.shapes[element] === line.shapes[i] ? (store.shapes[element] ?? 0) : ANY_SHAPE;
      const looser = kind === SOFT && this.#isSameSoft(element, i) ? SOFT : VARIABLE;
      if (store.setSlot(element, looser, shape)) this.#noteGeneralised(index);
    }
  }

  #noteGeneralised(index: number): void {
    this.#patterns.touch(index);
    this.#generalised.add(index);
  }

  #collectSpans(index: number): void {
    const line = this.#line;
    const store = this.#store;
    const first = store.firsts[index] ?? 0;
    this.#spanCount = 0;
    if (store.sizes[index] !== line.size || this.#isOverflow(index)) {
      this.#addSpan(line.lineStart, line.lineEnd);
      return;
    }
    for (let i = 0; i < line.size; i++) {
      const kind = store.kinds[first + i] ?? CONSTANT;
      if (kind === CONSTANT || kind === SOFT) continue;
      const isFixedRun = (store.shapes[first + i] ?? 0) > 0;
      if (!isFixedRun) {
        this.#addSpan(line.starts[i] ?? 0, line.ends[i] ?? 0);
        continue;
      }
      const until = line.firstValues[i + 1] ?? 0;
      for (let value = line.firstValues[i] ?? 0; value < until; value++) {
        this.#addSpan(line.valueStarts[value] ?? 0, line.valueEnds[value] ?? 0);
      }
    }
  }

  #isOverflow(index: number): boolean {
    return index >= this.#maxTemplates;
  }

  #addSpan(start: number, end: number): void {
    const at = this.#spanCount * 2;
    this.parameterSpans[at] = start;
    this.parameterSpans[at + 1] = end;
    this.#spanCount += 1;
  }
}

/** One character a byte, in pieces that fit a call. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096)
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
