import { ByteView } from './byte-view.js';

/** Up to here byte by byte is fastest, and above the second a native copy, which costs 50 to 100 ns for its view. */
const shortRange = 12;
const longRange = 320;
/** Smaller arrays come and go, and a view of each would cost more than it saves. */
const viewedArray = 4096;

const sources = new ByteView();
const targets = new ByteView();

/** Copies a range of one array into another. Ranges of the length of a log line are copied eight bytes at a time. */
export function copyBytes(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): void {
  const length = end - start;
  if (length <= shortRange) {
    const shift = at - start;
    for (let i = start; i < end; i++) target[shift + i] = source[i] ?? 0;
  } else if (length > longRange || source.length < viewedArray || target.length < viewedArray) {
    target.set(source.subarray(start, end), at);
  } else copyInEights(sources.of(source), start, end, targets.of(target), at);
}

/**
 * Copies a range up to the first place where `stop` stands, and returns that place, or `end`. What is looked for is
 * looked for on the way, four bytes at a time. Source of the test for a byte in a word: Mycroft 1987.
 */
export function copyUntil(
  stop: number,
  source: Uint8Array,
  range: { readonly start: number; readonly end: number },
  target: Uint8Array,
  at: number,
): number {
  const { start, end } = range;
  const shift = at - start;
  let i = start;
  if (end - start > shortRange && source.length >= viewedArray && target.length >= viewedArray) {
    const from = sources.of(source);
    const to = targets.of(target);
    const stops = Math.imul(stop, 0x01010101);
    for (; i + 4 <= end; i += 4) {
      const word = from.getInt32(i, true);
      const distance = word ^ stops;
      if (((distance - 0x01010101) & ~distance & 0x80808080) !== 0) break;
      to.setInt32(shift + i, word, true);
    }
  }
  for (; i < end && source[i] !== stop; i++) target[shift + i] = source[i] ?? 0;
  return i;
}

/** The last eight end with the range and may overlap those before. */
function copyInEights(source: DataView, start: number, end: number, target: DataView, at: number): void {
  const shift = at - start;
  const last = end - 8;
  for (let i = start; ; i += 8) {
    if (i > last) i = last;
    target.setInt32(shift + i, source.getInt32(i, true), true);
    target.setInt32(shift + i + 4, source.getInt32(i + 4, true), true);
    if (i === last) return;
  }
}

/**
 * The same memory as a plain Uint8Array. Subclasses may redefine `slice` to share memory, as Node's Buffer does, and
 * what a stage keeps must be its own copy.
 */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  if (Object.getPrototypeOf(bytes) === Uint8Array.prototype) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
