import { encodeUtf8 } from '@culprit/kernel';
import { parameterNameOf } from '@culprit/mining';
import { anomalySurprise } from './anomaly.js';
import { createSlot, isLive, observeSlot } from './slot.js';
import type { ParameterContext, SlotFinding, SlotStatistics } from './slot.js';
import type { StructuredEvent } from './structured-event.js';

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

const maxSlots = 8;
const maxMembers = 16;
const maxKeyLength = 64;
const maxChanges = 4;
const repeatMillis = 600_000;
const repeatLastingMillis = 3_600_000;
/** Above this a value is not worth a word, and leaves its slot free to tell another: of a new kind, and of others. */
const tellableWhenNew = 0.2;
const tellable = Math.exp(-anomalySurprise - 1);
/** What grows is told again when it has become this many times less probable. */
const worse = 0.01;
const maxNameLength = 96;
const leastProbability = 1e-9;

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
    const group = keyEnd < 0 ? parameters.slots : parameters.members;
    const found = observeSlot({ ...context, group, slot }, parameter.slice(keyEnd + 1));
    const probability = found === undefined ? 1 : probabilityOf(found, live);
    if (found === undefined || !isTellable(slot, { ...found, probability }, context.bin)) continue;
    slot.quietUntil = context.bin + (found.isLasting ? repeatLastingMillis : repeatMillis);
    slot.told = probability;
    if (best !== undefined && probability >= best.probability) continue;
    const name = typeof key === 'string' ? key : nameOf(event, key);
    best = { probability, isNew: found.isNew, sentence: found.sentence(name) };
  }
  return best;
}

/** In two minutes, in any of so many slots. */
function probabilityOf({ probability, tries }: SlotFinding, live: number): number {
  // 1 - (1 - p) ** n, exact where p is far below what a number next to one can tell.
  return Math.max(leastProbability, -Math.expm1(tries * live * Math.log1p(-probability)));
}

function isTellable(slot: SlotStatistics, { probability, isNew }: SlotFinding, bin: number): boolean {
  if (probability > (isNew ? tellableWhenNew : tellable)) return false;
  return bin >= slot.quietUntil || probability <= slot.told * worse;
}

/** Number of slots that may still tell something. */
function liveSlots({ slots, members }: ParameterStatistics): number {
  let live = 0;
  for (const slot of slots) if (isLive(slot)) live += 1;
  for (const slot of members.values()) if (isLive(slot)) live += 1;
  return live;
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
  const slot = createSlot(typeof key === 'number' ? slots : members, counters);
  if (typeof key === 'number') slots[key] = slot;
  else members.set(key, slot);
  return slot;
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
