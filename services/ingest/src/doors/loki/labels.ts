const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const SPACE = 0x20;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const EQUALS = 0x3d;

/** Where name and value of one label lie; the value without its quotes and still escaped. */
export interface LabelRange {
  nameStart: number;
  nameEnd: number;
  valueStart: number;
  valueEnd: number;
}

/**
 * The labels of `{job="carts", pod="carts-1"}`, one after the other in the same object. Ends at what is no label.
 * O(length).
 */
export function* labelsIn(bytes: Uint8Array, start: number, end: number): Generator<LabelRange> {
  const label: LabelRange = { nameStart: 0, nameEnd: 0, valueStart: 0, valueEnd: 0 };
  let i = start;
  while (i < end) {
    while (i < end && (bytes[i] === SPACE || bytes[i] === COMMA || bytes[i] === OPEN_BRACE)) i += 1;
    if (i >= end || bytes[i] === CLOSE_BRACE) return;
    label.nameStart = i;
    while (i < end && bytes[i] !== EQUALS && bytes[i] !== SPACE) i += 1;
    label.nameEnd = i;
    while (i < end && (bytes[i] === EQUALS || bytes[i] === SPACE)) i += 1;
    if (bytes[i] !== QUOTE || i >= end) return;
    label.valueStart = i + 1;
    i += 1;
    while (i < end && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
    if (i >= end) return;
    label.valueEnd = i;
    i += 1;
    yield label;
  }
}

/** The value of the label that has this name. */
export function isNamed(bytes: Uint8Array, label: LabelRange, name: Uint8Array): boolean {
  if (label.nameEnd - label.nameStart !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[label.nameStart + i] !== name[i]) return false;
  return true;
}
