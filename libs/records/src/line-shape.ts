import { ascii, indexOfBytes, isBlank, isDigit, isLetter, skipBlanks, startsWith } from './header-tokens.js';

const HASH = 0x23;
const APOSTROPHE = 0x27;

/** What a line looks like when it stands without a header: does it begin a record or go on with one? */
export const lineShape = {
  /** Begins a record of its own. */
  plain: 0,
  blank: 1,
  /** Starts with white space, says no more. */
  indented: 2,
  /** A stack frame or the note that some are left out. */
  frame: 3,
  /** `pkg.SomeException: text`, `ValueError: text`. */
  exception: 4,
  /** `Caused by: …` and its like: a further exception of the same trace. */
  cause: 5,
  /** `Traceback (most recent call last):` */
  traceback: 6,
  /** A sentence that links the parts of a chained trace. */
  link: 7,
  /** `goroutine 1 [running]:` and what belongs to it. */
  goroutine: 8,
  /** `panic: …`, `fatal error: …` */
  panic: 9,
  /** Closing punctuation only. */
  closer: 10,
  /** `#3 /srv/pay.php(17): charge()`: a frame once a trace has begun, else any line. */
  numbered: 11,
  /** `stack backtrace:` and its like: frames follow. */
  heading: 12,
  /** `thread 'main' panicked at src/main.rs:17:5:`: what it says may stand on the next line. */
  threadPanic: 13,
} as const;

const traceback = ascii('Traceback (most recent call last)');
const frames = ['at ', 'File "', '--- ', '... ', 'in '].map(ascii);
const caller = ascii('from ');
const causes = ['Caused by: ', 'Suppressed: ', '---> ', 'Wrapped by: '].map(ascii);
const links = [
  'During handling of the above exception',
  'The above exception was the direct cause',
  '--- End of ',
  'The following exception',
  'note: run with `RUST_BACKTRACE',
  'note: Some details are omitted',
].map(ascii);
const headings = ['Stack trace:', 'stack backtrace:', '[stacktrace]'].map(ascii);
const panics = ['panic: ', 'fatal error: '].map(ascii);
const thread = ascii("thread '");
const panicked = ascii("' panicked at ");
const callIn = ascii(':in ');
const goroutineParts = ['goroutine ', 'created by ', '[signal ', 'exit status ', '[recovered]'].map(ascii);
const exceptionPrefixes = ['Exception in thread ', 'Unhandled exception. ', 'Uncaught '].map(ascii);
const exceptionSuffixes = [
  'Exception',
  'Error',
  'Throwable',
  'Failure',
  'Fault',
  'Exit',
  'Interrupt',
  'Warning',
].map(ascii);
const troubleHints = ['xception', 'rror', 'ailed', 'ailure', 'raceback', 'thrown', 'threw', 'root cause'].map(
  ascii,
);

const startsWithAny = (bytes: Uint8Array, at: number, end: number, texts: readonly Uint8Array[]): boolean => {
  for (const text of texts) if (bytes[at] === text[0] && startsWith(bytes, at, end, text)) return true;
  return false;
};

const firstBytesOf = (texts: readonly Uint8Array[]): Uint8Array => {
  const isFirst = new Uint8Array(256);
  for (const text of texts) isFirst[text[0] ?? 0] = 1;
  return isFirst;
};

/** Most lines begin with none of these, and then no list need be searched. */
const opensKnownText = firstBytesOf([
  traceback,
  thread,
  ...causes,
  ...links,
  ...headings,
  ...panics,
  ...goroutineParts,
]);
const opensException = firstBytesOf(exceptionPrefixes);

/** Shape of `bytes[start, end)`. O(length of its first words). */
export function shapeOf(bytes: Uint8Array, start: number, end: number): number {
  const at = skipBlanks(bytes, start, end);
  if (at === end) return lineShape.blank;
  if (at > start) return indentedShape(bytes, at, end);
  const shape = opensKnownText[bytes[at] ?? 0] === 1 ? knownShape(bytes, at, end) : lineShape.plain;
  if (shape !== lineShape.plain) return shape;
  if (isCloser(bytes, at, end)) return lineShape.closer;
  if (bytes[at] === HASH && isFrameNumber(bytes, at, end)) return lineShape.numbered;
  if (bytes[end - 1] === APOSTROPHE && isCallIn(bytes, at, end)) return lineShape.frame;
  return isException(bytes, at, end) ? lineShape.exception : lineShape.plain;
}

function knownShape(bytes: Uint8Array, at: number, end: number): number {
  if (startsWith(bytes, at, end, traceback)) return lineShape.traceback;
  if (startsWithAny(bytes, at, end, causes)) return lineShape.cause;
  if (startsWithAny(bytes, at, end, links)) return lineShape.link;
  if (startsWithAny(bytes, at, end, headings)) return lineShape.heading;
  if (startsWithAny(bytes, at, end, panics)) return lineShape.panic;
  if (startsWith(bytes, at, end, thread))
    return isThreadPanic(bytes, at, end) ? lineShape.threadPanic : lineShape.plain;
  return startsWithAny(bytes, at, end, goroutineParts) ? lineShape.goroutine : lineShape.plain;
}

function indentedShape(bytes: Uint8Array, at: number, end: number): number {
  if (startsWithAny(bytes, at, end, causes)) return lineShape.cause;
  if (startsWithAny(bytes, at, end, frames)) return lineShape.frame;
  const isCaller = startsWith(bytes, at, end, caller) && isCallIn(bytes, at + caller.length, end);
  return isCaller ? lineShape.frame : lineShape.indented;
}

/** `thread 'main' panicked at src/main.rs:17:5:` */
function isThreadPanic(bytes: Uint8Array, at: number, end: number): boolean {
  return indexOfBytes(bytes, at, Math.min(end, at + 200), panicked) > 0;
}

/** `#12 ` */
function isFrameNumber(bytes: Uint8Array, at: number, end: number): boolean {
  let i = at + 1;
  while (i < end && isDigit(bytes[i])) i += 1;
  return i > at + 1 && isBlank(bytes[i]);
}

/** `app/models/user.rb:17:in 'name'`: a frame as Ruby writes it, whatever stands before. */
export function isCallIn(bytes: Uint8Array, at: number, end: number): boolean {
  const found = indexOfBytes(bytes, at, end, callIn);
  if (found < 0 || !isDigit(bytes[found - 1])) return false;
  for (let i = at; i < found; i++) if (isBlank(bytes[i])) return false;
  return true;
}

function isCloser(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 4) return false;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    const isQuoted = byte === 0x22 && i + 1 < end;
    if (byte !== 0x7d && byte !== 0x5d && byte !== 0x29 && byte !== 0x2c && byte !== 0x3b && !isQuoted)
      return false;
  }
  return true;
}

/** A type name that ends like an exception's, alone or before a colon. */
export function isException(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] ?? 0;
  if (opensException[first] === 1 && startsWithAny(bytes, start, end, exceptionPrefixes)) return true;
  let i = start;
  const last = Math.min(end, start + 200);
  while (i < last && isTypeNameByte(bytes[i])) i += 1;
  if (i === start || (i < end && bytes[i] !== 0x3a && bytes[i] !== 0x20 && bytes[i] !== 0x28)) return false;
  if (bytes[i] === 0x20 && bytes[i + 1] !== 0x5b && bytes[i + 1] !== 0x28) return false;
  for (const suffix of exceptionSuffixes) {
    const from = i - suffix.length;
    if (from >= start && startsWith(bytes, from, i, suffix)) return true;
  }
  return false;
}

function isTypeNameByte(byte: number | undefined): boolean {
  return isLetter(byte) || isDigit(byte) || byte === 0x2e || byte === 0x24 || byte === 0x5f;
}

/** A line that can end a Python trace: a name, alone or before a colon. */
export function isTraceEnd(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start;
  while (i < end && i - start < 200 && isTypeNameByte(bytes[i])) i += 1;
  return i > start && (i === end || bytes[i] === 0x3a);
}

/** A line of a Go stack: `main.handle(0x1, …)`. */
export function isCallLine(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[end - 1] !== 0x29) return false;
  let i = start;
  while (i < end && bytes[i] !== 0x28) {
    if (isBlank(bytes[i])) return false;
    i += 1;
  }
  return i > start && i < end;
}

/** True when a text speaks of trouble, so that an exception printed right behind it belongs to it. */
export function speaksOfTrouble(bytes: Uint8Array, start: number, end: number): boolean {
  const last = Math.min(end, start + 1024);
  return troubleHints.some((hint) => indexOfBytes(bytes, start, last, hint) >= 0);
}
