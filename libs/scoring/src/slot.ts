import {
  addCategory,
  categoryOf,
  createCategories,
  holdsCodes,
  shareOf,
  testCategory,
} from './categories.js';
import type { Categories } from './categories.js';
import { amountOf, formatQuantity, logOf, quantityOf } from './quantity.js';
import type { Quantity, QuantityKind } from './quantity.js';
import { categorySentence, mixSentence, shiftSentence, tailSentence } from './sentences.js';
import { createLevel, observeLevel } from './level.js';
import type { LevelStatistics } from './level.js';
import { createMix, observeMix } from './mix.js';
import type { Mix } from './mix.js';
import { createTail, observeTail } from './tail.js';
import type { TailSketch } from './tail.js';

/** Values seen at one wildcard of a template. */
export interface SlotStatistics {
  /** Start of the bin from which something may be told of the slot again, and how improbable the last was. */
  quietUntil: number;
  told: number;
  /** Undefined once there were too many kinds. */
  categories: Categories | undefined;
  /** Whether rare kinds have come often lately; undefined while all were of one kind. */
  mix: Mix | undefined;
  /** Undefined before the first number. */
  measure: Measure | undefined;
  /** False for good where numbers only rise, or where there was no room. */
  isMeasured: boolean;
}

/** Amounts seen at one wildcard. */
interface Measure {
  kind: QuantityKind;
  last: number;
  /** How often an amount was at least the one before. */
  rises: number;
  readonly level: LevelStatistics;
  readonly tail: TailSketch;
}

/** What the test of one event needs besides its values. */
export interface ParameterContext {
  readonly bin: number;
  /** Values of the template that come within two minutes, as far as they come here: the number of tries. */
  readonly triesPerWindow: number;
  /** Slots that are not looked at for want of room are counted. */
  readonly counters: { refusedSlots: number };
}

/** What is unusual about one value. */
export interface SlotFinding {
  /** Of one try. */
  readonly probability: number;
  /** Tries in two minutes. */
  readonly tries: number;
  readonly isNew: boolean;
  /** True for what has gone on for a while, and will: it is said once. */
  readonly isLasting: boolean;
  readonly sentence: (name: string | undefined) => string;
}

/** A slot with what its test needs. */
export interface SlotContext extends ParameterContext {
  /** The slots it shares its room with. */
  readonly group: SlotGroup;
  readonly slot: SlotStatistics;
}

/** What the slots of a group may cost together, about, and what their parts do. */
const maxCostBytes = 2_048;
const slotCostBytes = 96;
const mixCostBytes = 128;
const measureCostBytes = 560;
const categoryCostBytes = 40;
/** A place whose numbers never fall counts or tells the time. */
const minSamplesOfCounter = 32;
const counterShare = 0.95;

/** Slots that share their room: of wildcards, by place, or of members, by key. */
export type SlotGroup = readonly SlotStatistics[] | ReadonlyMap<string, SlotStatistics>;

/** A slot of which nothing is known yet; one that finds no room in its group stays that way. */
export function createSlot(group: SlotGroup, counters: { refusedSlots: number }): SlotStatistics {
  const isRoomy = hasRoom(group, slotCostBytes);
  if (!isRoomy) counters.refusedSlots += 1;
  return {
    quietUntil: -Infinity,
    told: 1,
    categories: isRoomy ? createCategories() : undefined,
    mix: undefined,
    measure: undefined,
    isMeasured: isRoomy,
  };
}

/** Whether a slot may still tell something. */
export function isLive({ categories, measure }: SlotStatistics): boolean {
  return categories !== undefined || measure !== undefined;
}

/** Takes one value in and tells how it is unusual: by its kind or by its amount. O(kinds + buckets). */
export function observeSlot(at: SlotContext, value: string): SlotFinding | undefined {
  const kind = observeCategory(at, value);
  const quantity = at.slot.isMeasured ? quantityOf(value) : undefined;
  const isCode = at.slot.categories !== undefined && holdsCodes(at.slot.categories, value);
  const amount = quantity === undefined ? undefined : observeAmount(at, quantity, isCode);
  if (kind === undefined || amount === undefined) return kind ?? amount;
  // Where both are unusual, as with the codes of answers, the kind says it better.
  const isAmountRarer = amount.probability * amount.tries < kind.probability * kind.tries;
  return isAmountRarer ? { ...amount, isNew: kind.isNew, sentence: kind.sentence } : kind;
}

function observeCategory(at: SlotContext, value: string): SlotFinding | undefined {
  const { slot, triesPerWindow } = at;
  const { categories } = slot;
  if (categories === undefined) return undefined;
  const name = categoryOf(categories, value);
  const news = testCategory(categories, name);
  const usualShare = shareOf(categories, name);
  const mixed = slot.mix === undefined ? 1 : observeMix(slot.mix, usualShare);
  learnCategory(at, categories, name);
  if (news !== undefined) {
    const { probability, usual: mostly } = news;
    const sentence = (label: string | undefined): string => categorySentence(label, { value, usual: mostly });
    return { probability, tries: triesPerWindow, isNew: true, isLasting: false, sentence };
  }
  if (mixed === 1) return undefined;
  const sentence = (label: string | undefined): string => mixSentence(label, { value, usualShare });
  return { probability: mixed, tries: triesPerWindow, isNew: false, isLasting: true, sentence };
}

function learnCategory({ group, slot, counters }: SlotContext, categories: Categories, name: string): void {
  const isNew = !categories.countByName.has(name);
  const isSecond = isNew && categories.countByName.size === 1;
  const cost = categoryCostBytes + 2 * name.length + (isSecond ? mixCostBytes : 0);
  const isRoomy = !isNew || hasRoom(group, cost);
  if (!isRoomy) counters.refusedSlots += 1;
  if (isRoomy && isSecond) slot.mix = createMix(categories.total);
  if (isRoomy && addCategory(categories, name)) return;
  slot.categories = undefined;
  slot.mix = undefined;
}

function observeAmount(at: SlotContext, quantity: Quantity, isCode: boolean): SlotFinding | undefined {
  const { slot, triesPerWindow } = at;
  const measure = measureOf(at, quantity);
  if (measure === undefined) return undefined;
  const { kind } = measure;
  const value = logOf({ kind, amount: quantity.amount });
  if (isCounter(measure, quantity.amount)) {
    slot.isMeasured = false;
    slot.measure = undefined;
    return undefined;
  }
  // Codes are names, not amounts: their kind tells more.
  const level = isCode ? undefined : observeLevel(measure.level, measure.tail, value);
  const tail = observeTail(measure.tail, value);
  const told = (log: number): string => formatQuantity({ kind, amount: amountOf(kind, log) });
  if (level !== undefined && level.probability <= (tail?.probability ?? 1)) {
    const { probability, observed, expected } = level;
    const sentence = (label: string | undefined): string =>
      shiftSentence(label, { observed: told(observed), usual: told(expected) });
    return { probability, tries: triesPerWindow, isNew: false, isLasting: true, sentence };
  }
  if (tail === undefined) return undefined;
  const { probability, bound, share } = tail;
  const sentence = (label: string | undefined): string =>
    tailSentence(label, {
      observed: formatQuantity({ kind, amount: quantity.amount }),
      bound: told(bound),
      share,
    });
  return { probability, tries: triesPerWindow, isNew: false, isLasting: false, sentence };
}

/** What is known of the amounts of a slot; undefined for an amount of another kind and where there is no room. */
function measureOf(at: SlotContext, { kind, amount }: Quantity): Measure | undefined {
  const { group, slot, counters } = at;
  const known = slot.measure;
  if (known !== undefined) {
    const isSame = known.kind === kind || amount === 0 || (known.kind === 'real' && kind === 'count');
    if (isSame) return known;
    // What began with whole numbers may go on with fractions.
    if (known.kind !== 'count' || known.tail.total >= minSamplesOfCounter) return undefined;
  } else if (!hasRoom(group, measureCostBytes)) {
    slot.isMeasured = false;
    counters.refusedSlots += 1;
    return undefined;
  }
  slot.measure = { kind, last: -1, rises: 0, level: createLevel(), tail: createTail() };
  return slot.measure;
}

function isCounter(measure: Measure, amount: number): boolean {
  if (amount > measure.last) measure.rises += 1;
  measure.last = amount;
  const { total } = measure.tail;
  return total === minSamplesOfCounter && measure.rises >= counterShare * total;
}

/** Whether a group of slots may cost that much more. O(kinds); asked only when something is to be added. */
function hasRoom(group: SlotGroup, bytes: number): boolean {
  let cost = bytes;
  for (const { categories, mix, measure } of group.values()) {
    cost += slotCostBytes;
    if (mix !== undefined) cost += mixCostBytes;
    if (measure !== undefined) cost += measureCostBytes;
    for (const name of categories?.countByName.keys() ?? []) cost += categoryCostBytes + 2 * name.length;
  }
  return cost <= maxCostBytes;
}
