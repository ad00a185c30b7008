import type { SlotStatistics, TemplateBaseline } from './baseline.js';

/** A value of a kind that this place never showed. */
export interface ParameterFinding {
  readonly probability: number;
  readonly value: string;
  /** The most frequent kind of value so far, for the sentence. */
  readonly usual: string;
}

const maxSlots = 8;
const maxMembers = 16;
const maxKeyLength = 64;
const maxShapes = 16;
const minSamples = 8;
const maxShapeLength = 48;

/**
 * Takes in the values of one event and tells the most improbable new kind of value, if any.
 *
 * Values are compared by shape (letters up to the first number or hexadecimal id), so `eni1d44` and `eni9c0` are alike and `eth0` is not.
 * A place with more than sixteen shapes holds ids and is no longer looked at. The chance of a new shape is estimated
 * from the shapes seen once (Good 1953): (N1 + 1/2) / (n + 1). Values at wildcards are compared by their place, members
 * of structured bodies, `key=value`, by their key. O(values).
 */
export function observeParameters(
  template: TemplateBaseline,
  parameters: readonly string[],
): ParameterFinding | undefined {
  let best: ParameterFinding | undefined;
  for (const [i, parameter] of parameters.entries()) {
    const keyEnd = keyEndOf(parameter);
    const slot = keyEnd > 0 ? memberOf(template, parameter.slice(0, keyEnd)) : slotOf(template, i);
    if (slot?.isTracked !== true) continue;
    const finding = observeSlot(slot, keyEnd > 0 ? parameter.slice(keyEnd + 1) : parameter);
    if (finding !== undefined && (best === undefined || finding.probability < best.probability))
      best = finding;
  }
  return best;
}

function slotOf(template: TemplateBaseline, i: number): SlotStatistics | undefined {
  return i < maxSlots ? (template.slots[i] ??= createSlot()) : undefined;
}

function memberOf(template: TemplateBaseline, key: string): SlotStatistics | undefined {
  template.members ??= new Map<string, SlotStatistics>();
  const known = template.members.get(key);
  if (known !== undefined || template.members.size >= maxMembers) return known;
  const slot = createSlot();
  template.members.set(key, slot);
  return slot;
}

function createSlot(): SlotStatistics {
  return { samples: 0, isTracked: true, countByShape: new Map() };
}

/** Place of the `=` behind the key of a member, -1 where a value has none: keys have letters and no blanks. */
function keyEndOf(parameter: string): number {
  for (let i = 0; i < parameter.length && i < maxKeyLength; i++) {
    const code = parameter.charCodeAt(i);
    if (code === 61) return i > 0 ? i : -1;
    if (code <= 32 || code === 34 || code === 47 || code === 63) return -1;
  }
  return -1;
}

function observeSlot(slot: SlotStatistics, value: string): ParameterFinding | undefined {
  const shape = shapeOf(value);
  const known = slot.countByShape.get(shape) ?? 0;
  const finding = known === 0 && slot.samples >= minSamples ? describe(slot, value) : undefined;
  slot.samples += 1;
  slot.countByShape.set(shape, known + 1);
  if (slot.countByShape.size > maxShapes) {
    slot.isTracked = false;
    slot.countByShape.clear();
  }
  return finding;
}

function describe(slot: SlotStatistics, value: string): ParameterFinding | undefined {
  let singles = 0;
  let usual = '';
  let most = 0;
  for (const [shape, count] of slot.countByShape) {
    if (count === 1) singles += 1;
    if (count > most) {
      most = count;
      usual = shape;
    }
  }
  const probability = (singles + 0.5) / (slot.samples + 1);
  return probability < 0.2 ? { probability, value: value.slice(0, 64), usual } : undefined;
}

/**
 * Letters up to the first digit, then `#`. Letters a to f just before the digit may belong to a hexadecimal id and are
 * left out, so that `enibb36` and `eni78` have one shape; a whole hexadecimal id is a number. All paths and addresses have one shape: they are open sets.
 */
function shapeOf(value: string): string {
  const scheme = value.indexOf('://');
  if (scheme >= 0 || value.startsWith('/')) return '/';
  if (isHexadecimal(value)) return '#';
  for (let i = 0; i < value.length && i < maxShapeLength; i++) {
    if (!isDigit(value.charCodeAt(i))) continue;
    let end = i;
    while (end > 0 && isHexLetter(value.charCodeAt(end - 1))) end -= 1;
    return `${value.slice(0, end)}#`;
  }
  return value.slice(0, maxShapeLength);
}

/** An id of hexadecimal digits, in groups or not: eight or more of them, and a decimal one among them. */
function isHexadecimal(value: string): boolean {
  if (value.length < 8) return false;
  let hasDigit = false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (isDigit(code)) hasDigit = true;
    else if (!isHexLetter(code) && code !== 45) return false;
  }
  return hasDigit;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isHexLetter(code: number): boolean {
  return (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}
