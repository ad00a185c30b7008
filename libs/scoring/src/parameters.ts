import type { SlotStatistics, TemplateBaseline } from './baseline.js';

/** A value of a kind that this place never showed. */
export interface ParameterFinding {
  readonly probability: number;
  readonly value: string;
  /** The most frequent kind of value so far, for the sentence. */
  readonly usual: string;
}

const maxSlots = 8;
const maxShapes = 16;
const minSamples = 8;
const maxShapeLength = 48;

/**
 * Takes in the values of one event and tells the most improbable new kind of value, if any.
 *
 * Values are compared by shape (letters up to the first number or hexadecimal id), so `eni1d44` and `eni9c0` are alike and `eth0` is not.
 * A place with more than sixteen shapes holds ids and is no longer looked at. The chance of a new shape is estimated
 * from the shapes seen once (Good 1953): (N1 + 1/2) / (n + 1). O(slots).
 */
export function observeParameters(
  template: TemplateBaseline,
  parameters: readonly string[],
): ParameterFinding | undefined {
  let best: ParameterFinding | undefined;
  for (let i = 0; i < Math.min(parameters.length, maxSlots); i++) {
    const slot = (template.slots[i] ??= { samples: 0, isTracked: true, countByShape: new Map() });
    const finding = slot.isTracked ? observeSlot(slot, parameters[i] ?? '') : undefined;
    if (finding !== undefined && (best === undefined || finding.probability < best.probability))
      best = finding;
  }
  return best;
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
