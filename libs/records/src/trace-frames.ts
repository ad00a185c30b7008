import { ascii, indexOfBytes, isBlank, isDigit, isLetter, skipBlanks, startsWith } from './header-tokens.js';
import { isCallIn, lineShape } from './line-shape.js';

/** Frames of each exception that tell traces apart: those nearest to what failed; the way there differs by caller. */
const nearFrames = 6;
const maxFrameBytes = 512;
const maxNameBytes = 96;
/** From this length on a word of hexadecimal digits is a hash or an address, not a name. */
const minHexLength = 6;

const hashSeed = 0x811c9dc5 | 0;
const hashPrime = 0x01000193;

/** How the frames of the exception in progress are written. */
const order = {
  latestFirst: 0,
  /** As in Python. */
  latestLast: 1,
  /** `3: name`, the place on a line of its own, as in Rust. */
  numbered: 2,
} as const;

/** Sixteen letters of which no word can be taken for a hexadecimal number. */
const letters = ascii('ghjklmnpqrstvwxz');
const hashLetters = 8;
const label = ascii('trace ');
const openers = ['at ', 'from ', 'in ', 'File "'].map(ascii);
const callEnd = ascii("': ");
const omissions = ['... ', '--- '].map(ascii);

const SPACE = 0x20;
const HASH = 0x23;
const OPEN_PAREN = 0x28;
const CLOSE_PAREN = 0x29;
const ASTERISK = 0x2a;
const SLASH = 0x2f;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

const scratch = new Uint8Array(maxFrameBytes);

/**
 * What tells one stack trace from another: the names of the frames nearest to each failure and the types of the
 * exceptions. Line numbers, addresses, arguments, directories and the numbers in generated names leave no mark, so that a
 * trace is the same in every thread, pod and build. Hash: FNV-1a (Fowler, Noll, Vo 1991).
 */
export class TraceFrames {
  /** All exceptions before the one in progress. */
  #finished = hashSeed;
  /** Hashes of frames of the exception in progress: the first ones, or the last where the latest call comes last. */
  readonly #near = new Int32Array(nearFrames);
  #count = 0;
  #order: number = order.latestFirst;
  /** Name of the frame nearest to the last failure. */
  readonly #name = new Uint8Array(maxNameBytes);
  #nameLength = 0;

  clear(): void {
    this.#count = 0;
    this.#beginPart(order.latestFirst);
    this.#finished = hashSeed;
    this.#nameLength = 0;
  }

  /** A further line of a trace, by its {@link lineShape}. O(length, at most {@link maxFrameBytes}). */
  addLine(bytes: Uint8Array, start: number, end: number, shape: number): void {
    const at = skipBlanks(bytes, start, end);
    switch (shape) {
      case lineShape.frame:
        if (this.#order !== order.numbered && !omissions.some((text) => startsWith(bytes, at, end, text)))
          this.addFrame(bytes, at, end);
        return;
      case lineShape.indented:
        if (!isNumbered(bytes, at, end)) return;
        this.#order = order.numbered;
        this.addFrame(bytes, at, end);
        return;
      case lineShape.exception:
        this.addException(bytes, at, end);
        return;
      case lineShape.cause:
        this.addException(bytes, behindLink(bytes, at, end), end);
        return;
      case lineShape.traceback:
        this.#beginPart(order.latestLast);
        return;
      case lineShape.goroutine:
        // The first goroutine is the one that failed.
        if (this.#count > 0) this.#count = Math.max(this.#count, nearFrames);
        return;
      default:
    }
  }

  /** An exception of the trace: its type counts, what it says does not. Its frames follow, or came before in Python. */
  addException(bytes: Uint8Array, start: number, end: number): void {
    let stop = start;
    while (stop < end && stop - start < maxNameBytes && isTypeByte(bytes[stop])) stop += 1;
    this.#finished = hashOf(bytes, start, stop, this.#total());
    this.#beginPart(order.latestFirst);
  }

  /** One frame, in whatever form a language writes it. */
  addFrame(bytes: Uint8Array, start: number, end: number): void {
    const isLatestLast = this.#order === order.latestLast;
    if (this.#count >= nearFrames && !isLatestLast) return;
    const length = readName(bytes, start, Math.min(end, start + maxFrameBytes));
    if (length === 0) return;
    this.#near[this.#count % nearFrames] = hashOf(scratch, 0, length, hashSeed);
    if (this.#count === 0 || isLatestLast) {
      this.#nameLength = Math.min(length, maxNameBytes);
      this.#name.set(scratch.subarray(0, this.#nameLength));
    }
    this.#count += 1;
  }

  /** The frame that the sentence before the first frame names, as in Ruby: ``a.rb:7:in `call': it failed``. */
  addCallOf(bytes: Uint8Array, start: number, end: number): void {
    if (this.#nameLength > 0) return;
    const stop = indexOfBytes(bytes, start, Math.min(end, start + maxFrameBytes), callEnd);
    if (stop > 0 && isCallIn(bytes, start, stop)) this.addFrame(bytes, start, stop);
  }

  /** `trace kqwzrvxg: com.acme.Stock.take`: a name for the trace, and its nearest frame; undefined without frames. */
  describe(): Uint8Array | undefined {
    if (this.#nameLength === 0) return undefined;
    const nameAt = label.length + hashLetters + 2;
    const text = new Uint8Array(nameAt + this.#nameLength);
    text.set(label);
    const hash = this.#total();
    for (let i = 0; i < hashLetters; i++) text[label.length + i] = letters[(hash >>> (4 * i)) & 15] ?? 0;
    text[nameAt - 2] = COLON;
    text[nameAt - 1] = SPACE;
    text.set(this.#name.subarray(0, this.#nameLength), nameAt);
    return text;
  }

  /** Count of {@link numbers}. */
  static readonly size = nearFrames + 3;

  /** State for a snapshot, beside {@link name}. */
  get numbers(): readonly number[] {
    return [this.#finished, this.#count, this.#order, ...this.#near];
  }

  get name(): Uint8Array {
    return this.#name.subarray(0, this.#nameLength);
  }

  restore(numbers: readonly number[], name: Uint8Array): void {
    const [finished = hashSeed, count = 0, howWritten = 0, ...near] = numbers;
    this.#finished = finished;
    this.#count = count;
    this.#order = howWritten;
    this.#near.set(near.slice(0, nearFrames));
    this.#nameLength = Math.min(name.length, maxNameBytes);
    this.#name.set(name.subarray(0, this.#nameLength));
  }

  #beginPart(howWritten: number): void {
    this.#finished = this.#total();
    this.#near.fill(0);
    this.#count = 0;
    this.#order = howWritten;
  }

  #total(): number {
    let hash = this.#finished;
    const kept = Math.min(this.#count, nearFrames);
    for (let i = this.#count - kept; i < this.#count; i++) hash = mix(hash, this.#near[i % nearFrames] ?? 0);
    return hash;
  }
}

function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, hashPrime);
  return mixed ^ (mixed >>> 13);
}

function hashOf(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), hashPrime);
  return mix(hash, end - start);
}

/** `12: name` */
function isNumbered(bytes: Uint8Array, start: number, end: number): boolean {
  const at = digitsEnd(bytes, start, end);
  return at > start && bytes[at] === COLON && isBlank(bytes[at + 1]);
}

/** Behind `Caused by: ` and `---> `. */
function behindLink(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start + 1; i < end; i++)
    if (bytes[i] === SPACE && (bytes[i - 1] === COLON || bytes[i - 1] === 0x3e)) return i + 1;
  return start;
}

/** Writes the lasting part of a frame to the scratch; returns its length. */
function readName(bytes: Uint8Array, start: number, end: number): number {
  let at = skipOpener(bytes, start, end);
  let length = 0;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (isLetter(byte) || isDigit(byte)) {
      const stop = wordEnd(bytes, at, end);
      length = writeWord(bytes, at, stop, length);
      at = stop;
      continue;
    }
    if (byte === OPEN_PAREN && !holdsLineNumber(bytes, at, end) && bytes[at + 1] !== ASTERISK) break;
    const isParen = byte === OPEN_PAREN || byte === CLOSE_PAREN;
    if (isFolderEnd(bytes, at)) length = 0;
    else if (!isGap(byte) && !isParen) scratch[length++] = byte;
    else if (!isParen && length > 0 && scratch[length - 1] !== SPACE) scratch[length++] = SPACE;
    at += 1;
  }
  while (length > 0 && !isNameEnd(scratch[length - 1] ?? 0)) length -= 1;
  return length;
}

/** Behind `at `, `from `, `#3 `, `3: `. */
function skipOpener(bytes: Uint8Array, start: number, end: number): number {
  for (const opener of openers) if (startsWith(bytes, start, end, opener)) return start + opener.length;
  const from = bytes[start] === HASH ? start + 1 : start;
  const at = digitsEnd(bytes, from, end);
  return at > from ? at + 1 : start;
}

/** A word without its digits; nothing of a number, an address or a hash. */
function writeWord(bytes: Uint8Array, start: number, end: number, at: number): number {
  if (isDigit(bytes[start]) || isHash(bytes, start, end)) return at;
  let length = at;
  for (let i = start; i < end; i++) if (!isDigit(bytes[i])) scratch[length++] = bytes[i] ?? 0;
  return length;
}

/** Hexadecimal digits, one of them a number at least, behind one letter of any kind: `a1b2c3`, `h0a1b2c3d4e5f6071`. */
function isHash(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < minHexLength) return false;
  let digits = 0;
  for (let i = start + 1; i < end; i++) {
    if (isDigit(bytes[i])) digits += 1;
    else if (((bytes[i] ?? 0) | 0x20) > 0x66) return false;
  }
  return digits > 0;
}

function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (isLetter(bytes[at]) || isDigit(bytes[at]))) at += 1;
  return at;
}

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isDigit(bytes[at])) at += 1;
  return at;
}

/** `(17):` behind a file, as PHP writes it; other parentheses hold arguments or a place and end the name. */
function holdsLineNumber(bytes: Uint8Array, at: number, end: number): boolean {
  const close = digitsEnd(bytes, at + 1, end);
  return close > at + 1 && bytes[close] === CLOSE_PAREN && bytes[close + 1] === COLON;
}

/** A slash of a path: where files and modules lie differs by machine. `Lambda/0x1f` is no path. */
function isFolderEnd(bytes: Uint8Array, at: number): boolean {
  return (bytes[at] === SLASH || bytes[at] === BACKSLASH) && !isDigit(bytes[at + 1]);
}

const gaps = ascii('"\'`,:[]');

function isGap(byte: number): boolean {
  return byte <= SPACE || gaps.includes(byte);
}

/** A letter, or what closes a generic name. */
function isNameEnd(byte: number): boolean {
  return isLetter(byte) || byte >= 0x80 || byte === 0x3e || byte === 0x5f;
}

function isTypeByte(byte: number | undefined): boolean {
  return (
    isLetter(byte) || isDigit(byte) || byte === 0x2e || byte === 0x24 || byte === 0x5f || byte === BACKSLASH
  );
}
