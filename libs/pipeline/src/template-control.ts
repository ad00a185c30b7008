import type { ByteReader, ByteWriter, TemplateId } from '@culprit/kernel';
import type { TemplateMiner } from '@culprit/mining';
import {
  controlledIdOf,
  decodeState,
  encodeState,
  marksOfTemplate,
  maxPartsOfSplit,
  planOf,
  TextPattern,
  wildcard,
  WordedLine,
  type ControlChange,
  type ControlledTemplate,
  type ControlPlan,
  type Split,
  type TemplateRule,
} from '@culprit/scoring';

/** How long after a change of the rules the parts of a split count as known, ms of event time. */
const learningMillis = 2 * 3_600_000;

/** A template that rules made, with the number of its messages. Its place is its index and stays. */
interface Slot {
  readonly templateId: TemplateId;
  readonly text: string;
  /** Where a split made it: what was split, and the value. */
  readonly part: { readonly of: TemplateId; readonly value: string } | undefined;
  count: number;
}

interface Candidate {
  readonly template: ControlledTemplate;
  /** All messages of the mined template are of this one. */
  readonly isCovered: boolean;
}

/** What changed for others: rows of the table of templates, and what scoring must know. */
export interface ControlChanges {
  readonly rows: readonly {
    readonly templateId: TemplateId;
    readonly text: string;
    readonly canonicalId: TemplateId;
  }[];
  readonly controls: readonly ControlChange[];
}

interface ControlState {
  readonly changedAt: number;
  readonly slots: Slot[];
  readonly links: Map<TemplateId, TemplateId>;
  readonly mutes: Map<TemplateId, number>;
  readonly heldBack: number;
}

/**
 * Applies rules to what was mined in one log type. The miner learns on as if there were no rules; a message that a rule
 * names leaves under the rule's template instead, by its text alone, so that neither the order of learning nor a
 * restart changes where it belongs. Whatever a rule says can be taken back: merges are links, never rewritten events.
 */
export class TemplateControl {
  readonly #logType: { readonly environment: string; readonly logType: string };
  readonly #miner: TemplateMiner;
  readonly #line = new WordedLine();
  readonly #candidatesByMined = new Map<number, readonly Candidate[]>();
  readonly #indexById = new Map<TemplateId, number>();
  readonly #partsByParent = new Map<TemplateId, Map<string, number>>();
  #plan: ControlPlan = { templates: [], merged: [] };
  #slots: Slot[] = [];
  /** What others were told: templates that another stands for, and how long what is mute. */
  #links = new Map<TemplateId, TemplateId>();
  #mutes = new Map<TemplateId, number>();
  /** Merged templates that are no more. */
  readonly #retired = new Set<TemplateId>();
  #changedAt = -Infinity;
  #heldBack = 0;
  #rows: ControlChanges['rows'][number][] = [];
  #controls: ControlChange[] = [];

  constructor(logType: { readonly environment: string; readonly logType: string }, miner: TemplateMiner) {
    this.#logType = logType;
    this.#miner = miner;
  }

  /** Templates made so far. */
  get size(): number {
    return this.#slots.length;
  }

  /** Messages whose value came after a split had all the parts it may have; they stayed with what was split. */
  get heldBack(): number {
    return this.#heldBack;
  }

  /**
   * Takes rules in place of those before.
   *
   * @param timeMillis event time of the change; -Infinity before the first record
   */
  setRules(rules: readonly TemplateRule[], timeMillis: number): void {
    this.#plan = planOf(rules, this.#logType);
    this.#changedAt = timeMillis;
    this.#candidatesByMined.clear();
    const roots = this.#roots();
    for (const root of roots) this.#linkMined(root);
    for (const slot of this.#slots) this.#linkSlot(slot, roots);
    for (const { templateId } of this.#plan.merged) this.#markMute(templateId);
  }

  /** The text of a mined template changed, or it is new, or it was merged into another. */
  minedChanged(mined: number): void {
    this.#candidatesByMined.delete(mined);
    if (this.#miner.canonical(mined) === mined) this.#linkMined(mined);
    else this.#links.delete(this.#miner.templateId(mined));
  }

  /** What stands for a mined template. */
  canonicalIdOf(templateId: TemplateId): TemplateId {
    return this.#links.get(templateId) ?? templateId;
  }

  /**
   * Where the message just mined belongs.
   *
   * @param mined canonical index of its mined template
   * @returns the index of a template of a rule, from the miner's capacity on, or `mined`
   */
  assign(mined: number, message: Message): number {
    const candidates = this.#candidatesOf(mined);
    for (const { template, isCovered } of candidates) {
      if (isCovered && template.split === undefined) return this.#count(this.#slotOf(template));
      if (!this.#fits(template.pattern, message)) continue;
      const part =
        template.split === undefined ? undefined : this.#partOf(template, template.split, message.timeMillis);
      return this.#count(part ?? this.#slotOf(template));
    }
    return mined;
  }

  /** Id of a template of a rule by its index. */
  templateId(index: number): TemplateId {
    return this.#slot(index).templateId;
  }

  /** Messages of a template of a rule. */
  count(index: number): number {
    return this.#slot(index).count;
  }

  /** Values of the message just assigned, as many as its template has wildcards. */
  parametersOf(index: number, message: Message): string[] {
    const pattern = new TextPattern(this.#slot(index).text);
    if (!this.#fits(pattern, message)) return [];
    const { captures, wildcardCount } = pattern;
    return Array.from({ length: wildcardCount }, (_, i) =>
      this.#line.textOf(captures[2 * i] ?? 0, captures[2 * i + 1] ?? 0),
    );
  }

  /** Whether {@link takeChanges} has anything to tell. */
  get hasChanges(): boolean {
    return this.#rows.length > 0 || this.#controls.length > 0 || this.#retired.size > 0;
  }

  /** What is to be told since the last call. */
  takeChanges(): ControlChanges {
    // Last: what was merged is known from it first.
    for (const templateId of this.#retired) {
      this.#mutes.delete(templateId);
      this.#controls.push({ kind: 'retired', templateId });
    }
    this.#retired.clear();
    const changes = { rows: this.#rows, controls: this.#controls };
    this.#rows = [];
    this.#controls = [];
    return changes;
  }

  write(writer: ByteWriter): void {
    const state: ControlState = {
      changedAt: this.#changedAt,
      slots: this.#slots,
      links: this.#links,
      mutes: this.#mutes,
      heldBack: this.#heldBack,
    };
    writer.bytes(encodeState(state));
  }

  /** Goes on where {@link write} left off, with the rules of then. */
  restore(reader: ByteReader, rules: readonly TemplateRule[]): void {
    const state = decodeState(reader.bytes()) as ControlState;
    this.#plan = planOf(rules, this.#logType);
    this.#changedAt = state.changedAt;
    this.#slots = state.slots;
    this.#links = state.links;
    this.#mutes = state.mutes;
    this.#heldBack = state.heldBack;
    for (const [index, slot] of this.#slots.entries()) this.#remember(slot, index);
  }

  /** Values with blanks are one word, as in the texts of mined templates, or several, as a person may have put it. */
  #fits(pattern: TextPattern, { bytes, start, end }: Message): boolean {
    const { parameterSpans, parameterCount } = this.#miner;
    this.#line.load(bytes, start, end, parameterSpans, parameterCount);
    if (pattern.matches(this.#line)) return true;
    this.#line.load(bytes, start, end, parameterSpans, 0);
    return pattern.matches(this.#line);
  }

  #slot(index: number): Slot {
    const slot = this.#slots[index - this.#miner.capacity];
    if (slot === undefined) throw new RangeError(`no template of a rule has index ${index}`);
    return slot;
  }

  #count(place: number): number {
    const slot = this.#slots[place];
    if (slot !== undefined) slot.count += 1;
    return this.#miner.capacity + place;
  }

  #slotOf({ templateId, pattern }: ControlledTemplate): number {
    return (
      this.#indexById.get(templateId) ??
      this.#open({ templateId, text: pattern.text, part: undefined, count: 0 })
    );
  }

  #open(slot: Slot): number {
    const index = this.#slots.push(slot) - 1;
    this.#remember(slot, index);
    this.#tell(slot.templateId, slot.text);
    this.#link(slot.templateId, slot.text, this.#standIn(slot.templateId));
    this.#markMute(slot.templateId);
    return index;
  }

  #remember(slot: Slot, index: number): void {
    this.#indexById.set(slot.templateId, index);
    if (slot.part === undefined) return;
    const parts = this.#partsByParent.get(slot.part.of) ?? new Map<string, number>();
    parts.set(slot.part.value, index);
    this.#partsByParent.set(slot.part.of, parts);
  }

  /** The part of a split that the line just matched belongs to. */
  #partOf(template: ControlledTemplate, split: Split, timeMillis: number): number | undefined {
    const { captures } = template.pattern;
    const { wildcard: at, words } = split;
    const value = this.#line.textOf(captures[2 * at] ?? 0, captures[2 * at + 1] ?? 0);
    if (words.size > 0 && !words.has(value)) return undefined;
    const parts = this.#partsByParent.get(template.templateId);
    const known = parts?.get(value);
    if (known !== undefined) return known;
    if (words.size === 0 && (parts?.size ?? 0) >= maxPartsOfSplit) {
      this.#heldBack += 1;
      return undefined;
    }
    const text = template.pattern.withValue(at, value);
    const templateId = controlledIdOf(this.#logType, [text]);
    const index = this.#open({ templateId, text, part: { of: template.templateId, value }, count: 0 });
    if (timeMillis < this.#changedAt + learningMillis)
      this.#controls.push({ kind: 'separated', templateId, other: template.canonicalId });
    return index;
  }

  #roots(): number[] {
    const { size } = this.#miner;
    return Array.from({ length: size }, (_, i) => i).filter((i) => this.#miner.canonical(i) === i);
  }

  #candidatesOf(mined: number): readonly Candidate[] {
    const known = this.#candidatesByMined.get(mined);
    if (known !== undefined) return known;
    const candidates: Candidate[] = [];
    const text = this.#miner.templateText(mined);
    // What overflowed has lines of any form.
    const isAnything = text === wildcard;
    const pattern = new TextPattern(text);
    for (const template of this.#plan.templates) {
      if (!isAnything && !template.pattern.mayMeet(pattern)) continue;
      const isCovered = !isAnything && template.pattern.covers(pattern);
      candidates.push({ template, isCovered });
      if (isCovered) break;
    }
    this.#candidatesByMined.set(mined, candidates);
    return candidates;
  }

  /** A mined template that a rule's template covers is that template, its history included. */
  #linkMined(mined: number): void {
    const covering = this.#candidatesOf(mined).find(({ isCovered }) => isCovered);
    if (covering !== undefined) this.#slotOf(covering.template);
    this.#link(
      this.#miner.templateId(mined),
      this.#miner.templateText(mined),
      covering === undefined ? undefined : covering.template.templateId,
    );
  }

  /** What rules merged, and what no rule names any more: that goes back to the mined template it was taken from. */
  #linkSlot(slot: Slot, roots: readonly number[]): void {
    const { templateId, text } = slot;
    this.#markMute(templateId);
    if (this.#isNamed(slot)) {
      this.#link(templateId, text, this.#standIn(templateId));
      return;
    }
    const pattern = new TextPattern(text);
    const home = roots
      .map((root) => ({ root, mined: new TextPattern(this.#miner.templateText(root)) }))
      .filter(({ mined }) => mined.text !== wildcard && mined.covers(pattern))
      .toSorted((a, b) => b.mined.weight - a.mined.weight || a.root - b.root)[0];
    const parent =
      slot.part === undefined
        ? undefined
        : this.#plan.templates.find((one) => one.templateId === slot.part?.of);
    if (parent !== undefined) this.#slotOf(parent);
    const target = parent?.templateId ?? (home === undefined ? undefined : this.#miner.templateId(home.root));
    this.#link(templateId, text, target === undefined ? undefined : this.canonicalIdOf(target));
  }

  #isNamed({ templateId, part }: Slot): boolean {
    return this.#plan.templates.some(
      (template) =>
        template.templateId === templateId ||
        (part !== undefined &&
          template.templateId === part.of &&
          template.split !== undefined &&
          (template.split.words.size === 0 || template.split.words.has(part.value))),
    );
  }

  /** The merged template that stands for a template of a rule. */
  #standIn(templateId: TemplateId): TemplateId | undefined {
    const planned = this.#plan.templates.find((one) => one.templateId === templateId);
    return planned === undefined || planned.canonicalId === templateId ? undefined : planned.canonicalId;
  }

  /** Tells others that `into` stands for a template from now on, or that it stands for itself. */
  #link(templateId: TemplateId, text: string, into: TemplateId | undefined): void {
    const before = this.#links.get(templateId);
    const target = into === templateId ? undefined : into;
    if (before === target) return;
    if (before !== undefined) {
      this.#controls.push({ kind: 'separated', templateId, other: before });
      this.#retire(before, templateId);
    }
    if (target === undefined) this.#links.delete(templateId);
    else {
      this.#links.set(templateId, target);
      const merged = this.#plan.merged.find((one) => one.templateId === target);
      if (merged !== undefined) {
        this.#tell(merged.templateId, merged.text);
        this.#markMute(merged.templateId);
      }
      this.#controls.push({ kind: 'joined', templateId, other: target });
    }
    this.#tell(templateId, text);
  }

  /** A merged template that is no more; what was said of it leads to one of those that it stood for. */
  #retire(merged: TemplateId, member: TemplateId): void {
    const isInUse =
      this.#plan.merged.some((one) => one.templateId === merged) ||
      this.#indexById.has(merged) ||
      this.#miner.indexOf(merged) !== undefined;
    if (isInUse) return;
    this.#rows.push({ templateId: merged, text: '', canonicalId: member });
    this.#retired.add(merged);
  }

  #tell(templateId: TemplateId, text: string): void {
    this.#rows.push({ templateId, text, canonicalId: this.canonicalIdOf(templateId) });
  }

  #markMute(templateId: TemplateId): void {
    const index = this.#indexById.get(templateId);
    const text = index === undefined ? '' : (this.#slots[index]?.text ?? '');
    const until = marksOfTemplate(this.#plan, templateId, text).mute?.untilMillis;
    if (until === this.#mutes.get(templateId)) return;
    if (until === undefined) this.#mutes.delete(templateId);
    else this.#mutes.set(templateId, until);
    this.#controls.push(
      until === undefined
        ? { kind: 'unmuted', templateId }
        : { kind: 'muted', templateId, untilMillis: until },
    );
  }
}

/** A message and its event time. */
export interface Message {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly timeMillis: number;
}
