import { parseTimestamp } from './date-formats.js';
import { EnvelopeFields } from './envelope-fields.js';
import { slot } from './envelope-keys.js';
import { ascii, closingBracket, startsWith } from './header-tokens.js';
import { unescapeInto } from './json-scan.js';
import { createParsedTime, timeKind } from './timestamp.js';

const standardOut = ascii(' stdout ');
const standardError = ascii(' stderr ');
const dockerStart = ascii('{"log":"');
const kubectlStart = ascii('[pod/');

/**
 * Takes off what a container engine or `kubectl logs` put around a line: CRI (`time stream F|P text`), Docker json-file
 * inside a text file, `[pod/name/container] `. One instance serves all lines; read its fields after {@link read}.
 */
export class Framing {
  /** The text is `bytes[start, end)`. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Set where the frame carries a time. */
  readonly time = createParsedTime();
  /** The engine cut the line here; the next line of the stream goes on with it. */
  isPartial = false;
  /** Names from a kubectl prefix, empty ranges of the input otherwise. */
  podStart = 0;
  podEnd = 0;
  containerEnd = 0;
  readonly #fields = new EnvelopeFields();
  #scratch: Uint8Array = new Uint8Array(1024);

  read(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.time.kind = timeKind.none;
    this.isPartial = false;
    this.podEnd = 0;
    const first = bytes[start];
    if (first === 0x5b) this.#readKubectl(start, end);
    if (bytes[this.start + 10] === 0x54) this.#readCri(this.start, end);
    else if (first === 0x7b && startsWith(bytes, start, end, dockerStart)) this.#readDocker(start, end);
  }

  #readKubectl(start: number, end: number): void {
    const { bytes } = this;
    if (!startsWith(bytes, start, end, kubectlStart)) return;
    const close = closingBracket(bytes, start, end, 600);
    const slash = close < 0 ? -1 : bytes.indexOf(0x2f, start + kubectlStart.length);
    if (slash < 0 || slash > close || bytes[close + 1] !== 0x20) return;
    this.podStart = start + kubectlStart.length;
    this.podEnd = slash;
    this.containerEnd = close;
    this.start = close + 2;
  }

  #readCri(start: number, end: number): void {
    const { bytes, time } = this;
    if (!parseTimestamp(bytes, start, end, time) || time.kind !== timeKind.absolute) {
      time.kind = timeKind.none;
      return;
    }
    const at = time.end;
    const isFramed = startsWith(bytes, at, end, standardOut) || startsWith(bytes, at, end, standardError);
    const tag = bytes[at + 8];
    if (!isFramed || (tag !== 0x46 && tag !== 0x50)) {
      time.kind = timeKind.none;
      return;
    }
    this.isPartial = tag === 0x50;
    let textAt = at + 9;
    // Tags may grow as `F:x`; the text follows the next blank.
    while (textAt < end && bytes[textAt] !== 0x20) textAt += 1;
    this.start = Math.min(textAt + 1, end);
  }

  #readDocker(start: number, end: number): void {
    const { bytes } = this;
    const fields = this.#fields;
    if (fields.read(bytes, start, end) < 0 || !fields.isSet(slot.stream) || !fields.isSet(slot.time)) return;
    const range = { start: fields.start[slot.text] ?? 0, end: fields.end[slot.text] ?? 0 };
    if (this.#scratch.length < range.end - range.start + 4) {
      this.#scratch = new Uint8Array(range.end - range.start + 4);
    }
    if (!parseTimestamp(bytes, fields.start[slot.time] ?? 0, fields.end[slot.time] ?? 0, this.time)) {
      this.time.kind = timeKind.none;
    }
    const length = unescapeInto(bytes, range, this.#scratch, 0);
    this.bytes = this.#scratch;
    this.start = 0;
    this.end = length > 0 && this.#scratch[length - 1] === 0x0a ? length - 1 : length;
    // The engine cuts long lines every 16 KiB: only the last part ends in a line feed.
    this.isPartial = this.end === length && length >= 16_000;
  }
}
