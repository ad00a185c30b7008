import { encodeUtf8 } from '@culprit/kernel';
import { parameterNameOf } from '@culprit/mining';
import { anomalySurprise } from './anomaly.js';
import { addCategory, categoryOf, createCategories, shareOf, testCategory } from './categories.js';
import type { Categories } from './categories.js';
import { amountOf, formatQuantity, logOf, quantityOf } from './quantity.js';
import type { Quantity, QuantityKind } from './quantity.js';
import { categorySentence, mixSentence, shiftSentence, tailSentence } from './sentences.js';
import { createShift, observeShift, windowLength } from './shift.js';
import type { ShiftStatistics } from './shift.js';
import type { StructuredEvent } from './structured-event.js';
import { createTail, observeTail } from './tail.js';
import type { TailSketch } from './tail.js';

/** Values seen at one wildcard of a template. */
export interface SlotStatistics {
  /** Start of the bin from which something may be told of the slot again, and how improbable the last was. */
  quietUntil: number;
  told: number;
  /** Undefined once there were too many kinds. */
  categories: Categories | undefined;
  /** How unusual the kinds of the last values were; undefined while all were of one kind. */
  mix: ShiftStatistics | undefined;
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
  readonly shift: ShiftStatistics;
  readonly tail: TailSketch;
}

/** The slots of one template. */
export interface ParameterStatistics {
  /** Of its wildcards, by place. */
  slots: SlotStatistics[];
  /** Of the members of its structured bodies, by key. */
  readonly members: Map<string, SlotStatistics>;
  /** Events looked at. */
  samples: number;
  /** Number of values at wildcards; another number means other slots. */
  width: number;
  /** How often that number changed. */
  changes: number;
}

/** An unusual value. */
export interface ParameterFinding {
  readonly probability: number;
  /** A kind of value that never came here. */
  readonly isNew: boolean;
  readonly sentence: string;
}

/** What the test of one event needs besides its values. */
export interface ParameterContext {
  readonly bin: number;
  /** Values of the template that come within two minutes, as far as they come here: the number of tries. */
  readonly triesPerWindow: number;
  /** Slots that are not looked at for want of room are counted. */
  readonly counters: { refusedSlots: number };
}

const maxSlots = 8;
const maxMembers = 16;
const maxKeyLength = 64;
const maxChanges = 4;
/** What the slots at wildcards, and those of members, may cost, about, and what their parts do. */
const maxCostBytes = 2_048;
const slotCostBytes = 96;
const mixCostBytes = 128;
const measureCostBytes = 560;
const categoryCostBytes = 40;
const repeatMillis = 600_000;
/** A place whose numbers never fall counts or tells the time. */
const minSamplesOfCounter = 32;
const counterShare = 0.95;
/** Above this a value is not worth a word, and leaves its slot free to tell another: of a new kind, and of others. */
const tellableWhenNew = 0.2;
const tellable = Math.exp(-anomalySurprise - 1);
/** What grows is told again when it has become this many times less probable. */
const worse = 0.01;
const maxNameLength = 96;
/** Nats by which kinds must become rarer, and by which they wander at least. */
const mixScale = { effect: 3, spread: 1.5 };
/** A middle must at least double or halve. */
const amountScale = { effect: Math.log(2), spread: 0.35 };

/** Nothing known of any value yet. */
export function createParameters(): ParameterStatistics {
  return { slots: [], members: new Map(), samples: 0, width: 0, changes: 0 };
}

/**
 * Takes in the values of one event and tells the most improbable one, if it is unusual: a kind of value that never came
 * in this place, kinds that used to be rare, an amount far in the tail, amounts whose middle has moved. Values at wildcards
 * are compared by their place, members of structured bodies, `key=value`, by their key. The probabilities hold for two
 * minutes and all slots together. O(values), memory bounded: 2 KiB for wildcards and as much for members.
 */
export function observeParameters(
  parameters: ParameterStatistics,
  event: StructuredEvent,
  context: ParameterContext,
): ParameterFinding | undefined {
  if (event.parameters.length === 0) return undefined;
  const width = event.parameters.filter((value) => keyEndOf(value) < 0).length;
  const isFitting = fits(parameters, width);
  parameters.samples += 1;
  const live = Math.max(1, liveSlots(parameters));
  let best: ParameterFinding | undefined;
  let place = 0;
  for (const parameter of event.parameters) {
    const keyEnd = keyEndOf(parameter);
    const key = keyEnd < 0 ? place++ : parameter.slice(0, keyEnd);
    if (keyEnd < 0 && !isFitting) continue;
    const slot = slotOf(parameters, key, context);
    if (slot === undefined) continue;
    const group = keyEnd < 0 ? parameters.slots : parameters.members.values();
    const found = observeSlot({ ...context, group, slot }, parameter.slice(keyEnd + 1));
    const probability = found === undefined ? 1 : probabilityOf(found, live);
    if (found === undefined || !isTellable(slot, { ...found, probability }, context.bin)) continue;
    slot.quietUntil = context.bin + repeatMillis;
    slot.told = probability;
    if (best !== undefined && probability >= best.probability) continue;
    const name = typeof key === 'string' ? key : nameOf(event, key);
    best = { probability, isNew: found.isNew, sentence: found.sentence(name) };
  }
  return best;
}

/** In two minutes, in any of so many slots. */
function probabilityOf({ probability, tries }: SlotFinding, live: number): number {
  return Math.max(1e-6, 1 - (1 - probability) ** (tries * live));
}

function isTellable(slot: SlotStatistics, { probability, isNew }: SlotFinding, bin: number): boolean {
  if (probability > (isNew ? tellableWhenNew : tellable)) return false;
  return bin >= slot.quietUntil || probability <= slot.told * worse;
}

/** Slots that may still tell something. */
function liveSlots({ slots, members }: ParameterStatistics): number {
  let live = 0;
  for (const { categories, measure } of slots) if (categories ?? measure) live += 1;
  for (const { categories, measure } of members.values()) if (categories ?? measure) live += 1;
  return live;
}

interface SlotFinding {
  /** Of one try. */
  readonly probability: number;
  /** Tries in two minutes. */
  readonly tries: number;
  readonly isNew: boolean;
  readonly sentence: (name: string | undefined) => string;
}

interface SlotContext extends ParameterContext {
  /** The slots it shares its room with. */
  readonly group: Iterable<SlotStatistics>;
  readonly slot: SlotStatistics;
}

/** False for a template whose values keep changing their number: then a place says nothing. */
function fits(parameters: ParameterStatistics, width: number): boolean {
  if (parameters.width !== width) {
    parameters.width = width;
    parameters.changes += 1;
    parameters.slots = [];
  }
  return parameters.changes <= maxChanges;
}

/** The slot of a place or of a key; undefined beyond the first few. */
function slotOf(
  { slots, members }: ParameterStatistics,
  key: number | string,
  { counters }: ParameterContext,
): SlotStatistics | undefined {
  const known = typeof key === 'number' ? slots[key] : members.get(key);
  if (known !== undefined) return known;
  const isFull = typeof key === 'number' ? key >= maxSlots : members.size >= maxMembers;
  if (isFull) return undefined;
  const isRoomy = hasRoom(typeof key === 'number' ? slots : members.values(), slotCostBytes);
  if (!isRoomy) counters.refusedSlots += 1;
  const slot: SlotStatistics = {
    quietUntil: -Infinity,
    told: 1,
    categories: isRoomy ? createCategories() : undefined,
    mix: undefined,
    measure: undefined,
    isMeasured: isRoomy,
  };
  if (typeof key === 'number') slots[key] = slot;
  else members.set(key, slot);
  return slot;
}

/** Whether a group of slots may cost that much more. O(kinds); asked only when something is to be added. */
function hasRoom(group: Iterable<SlotStatistics>, bytes: number): boolean {
  let cost = bytes;
  for (const { categories, mix, measure } of group) {
    cost += slotCostBytes;
    if (mix !== undefined) cost += mixCostBytes;
    if (measure !== undefined) cost += measureCostBytes;
    for (const name of categories?.countByName.keys() ?? []) cost += categoryCostBytes + 2 * name.length;
  }
  return cost <= maxCostBytes;
}

/** Place of the `=` behind the key of a member, -1 where a value has none: keys have no blanks, quotes, slashes or question marks. */
function keyEndOf(parameter: string): number {
  for (let i = 0; i < parameter.length && i < maxKeyLength; i++) {
    const code = parameter.charCodeAt(i);
    if (code === 61) return i > 0 ? i : -1;
    if (code <= 32 || code === 34 || code === 47 || code === 63) return -1;
  }
  return -1;
}

function observeSlot(at: SlotContext, value: string): SlotFinding | undefined {
  const kind = observeCategory(at, value);
  const quantity = at.slot.isMeasured ? quantityOf(value) : undefined;
  const amount = quantity === undefined ? undefined : observeAmount(at, quantity);
  return amount !== undefined && amount.probability < (kind?.probability ?? 1) ? amount : kind;
}

function observeCategory(at: SlotContext, value: string): SlotFinding | undefined {
  const { slot, triesPerWindow } = at;
  const { categories } = slot;
  if (categories === undefined) return undefined;
  const name = categoryOf(categories, value);
  const news = testCategory(categories, name);
  const usualShare = shareOf(categories, name);
  const mix = slot.mix === undefined ? undefined : observeShift(slot.mix, -Math.log(usualShare), mixScale);
  learnCategory(at, categories, name);
  if (news !== undefined) {
    const { probability, usual } = news;
    const sentence = (label: string | undefined): string => categorySentence(label, { value, usual });
    return { probability, tries: triesPerWindow, isNew: true, sentence };
  }
  if (mix === undefined || mix.observed < mix.expected) return undefined;
  const { probability } = mix;
  const sentence = (label: string | undefined): string => mixSentence(label, { value, usualShare });
  return { probability, tries: 1 + triesPerWindow / windowLength, isNew: false, sentence };
}

function learnCategory({ group, slot, counters }: SlotContext, categories: Categories, name: string): void {
  const isNew = !categories.countByName.has(name);
  const isSecond = isNew && categories.countByName.size === 1;
  const cost = categoryCostBytes + 2 * name.length + (isSecond ? mixCostBytes : 0);
  const isRoomy = !isNew || hasRoom(group, cost);
  if (!isRoomy) counters.refusedSlots += 1;
  if (isRoomy && isSecond) slot.mix = createShift(categories.total);
  if (isRoomy && addCategory(categories, name)) return;
  slot.categories = undefined;
  slot.mix = undefined;
}

function observeAmount(at: SlotContext, quantity: Quantity): SlotFinding | undefined {
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
  const tail = observeTail(measure.tail, value);
  const shift = observeShift(measure.shift, value, amountScale);
  const told = (log: number): string => formatQuantity({ kind, amount: amountOf(kind, log) });
  const tries = 1 + triesPerWindow / windowLength;
  if (shift !== undefined && shift.probability * tries <= (tail?.probability ?? 1) * triesPerWindow) {
    const { probability, observed, expected } = shift;
    const sentence = (label: string | undefined): string =>
      shiftSentence(label, { observed: told(observed), usual: told(expected) });
    return { probability, tries, isNew: false, sentence };
  }
  if (tail === undefined) return undefined;
  const { probability, bound, share } = tail;
  const sentence = (label: string | undefined): string =>
    tailSentence(label, {
      observed: formatQuantity({ kind, amount: quantity.amount }),
      bound: told(bound),
      share,
    });
  return { probability, tries: triesPerWindow, isNew: false, sentence };
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
  slot.measure = { kind, last: -1, rises: 0, shift: createShift(), tail: createTail() };
  return slot.measure;
}

function isCounter(measure: Measure, amount: number): boolean {
  if (amount > measure.last) measure.rises += 1;
  measure.last = amount;
  const { total } = measure.tail;
  return total === minSamplesOfCounter && measure.rises >= counterShare * total;
}

/**
 * What the line calls the value of a slot: the word before `=` or `:`, else the word before it. The values are looked
 * for one after the other, since their places in the line are not kept. O(message).
 */
function nameOf({ message, parameters }: StructuredEvent, slot: number): string | undefined {
  let start = -1;
  let from = 0;
  for (const value of parameters.filter((one) => keyEndOf(one) < 0).slice(0, slot + 1)) {
    start = value === '' ? -1 : message.indexOf(value, from);
    if (start < 0) return undefined;
    from = start + value.length;
  }
  const before = message.slice(Math.max(0, start - maxNameLength), start);
  const bytes = encodeUtf8(before);
  return parameterNameOf(bytes, bytes.length) ?? wordBefore(before);
}

function wordBefore(text: string): string | undefined {
  const words = text.trimEnd().split(' ');
  const word = words.at(-1) ?? '';
  if (!text.endsWith(' ') || word.length < 2 || words.length < 2) return undefined;
  for (let i = 0; i < word.length; i++) if (!isLetter(word.charCodeAt(i))) return undefined;
  return word;
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}
