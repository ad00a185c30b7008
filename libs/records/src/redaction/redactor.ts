import { encodeUtf8 } from '@culprit/kernel';
import { RawBatchBuilder } from '../batch-builder.js';
import type { BuiltLine } from '../batch-builder.js';
import { copyBytes } from '../copy-bytes.js';
import type { RawLogBatch } from '../raw-log-batch.js';
import type { StreamDescriptor } from '../stream.js';
import { DIGIT, LETTER, SPACE, TOKEN_SIGN, hasText, isOf, skipBack } from './byte-classes.js';
import { privateKeyEnd } from './private-key.js';
import type { Pseudonyms } from './pseudonyms.js';
import { SecretFinder } from './secret-finder.js';
import type { SecretFinderOptions } from './secret-finder.js';
import type { SecretKind } from './secret-kind.js';

export interface RedactorOptions extends SecretFinderOptions {
  readonly pseudonyms: Pseudonyms;
}

/** A batch without secrets, and how many there were of each kind. */
export interface RedactedBatch {
  readonly batch: RawLogBatch;
  readonly redacted: ReadonlyMap<SecretKind, number>;
}

const nothing: ReadonlyMap<SecretKind, number> = new Map();

/** Streams that may be in the middle of a private key at once, and lines a key may have. */
const maxOpenKeys = 1_000;
const maxKeyLines = 200;
/** Last words of a line from here on may be a line of a key wherever they stand. */
const keyLineBytes = 24;

/**
 * Replaces secrets in the text and attributes of lines by pseudonyms: `<jwt:5f2c90aa>`. Equal secrets have equal pseudonyms,
 * so that lines about the same one can still be told to be.
 *
 * A private key that is spread over lines is followed through the lines of its stream, also into the next batch.
 */
export class Redactor {
  readonly #finder: SecretFinder;
  readonly #pseudonyms: Pseudonyms;
  readonly #builder = new RawBatchBuilder();
  readonly #line: BuiltLine = emptyLine();
  /** Lines left of the private keys that are not finished, by stream. */
  readonly #openKeys = new Map<string, number>();

  constructor(options: RedactorOptions) {
    this.#finder = new SecretFinder(options);
    this.#pseudonyms = options.pseudonyms;
  }

  /**
   * The batch itself when there is nothing to hide in it, else a copy without it that is valid until the next call.
   * O(bytes).
   */
  redact(batch: RawLogBatch): RedactedBatch {
    if (this.#openKeys.size > 0 && batch.streams.some((stream) => this.#openKeys.has(keyOf(stream))))
      return this.#rewrite(batch, 0);
    for (let line = 0; line < batch.lineCount; line++)
      if (this.#hasSecret(batch, line)) return this.#rewrite(batch, line);
    return { batch, redacted: nothing };
  }

  #hasSecret(batch: RawLogBatch, line: number): boolean {
    const attributesStart = batch.attributesStart[line] ?? 0;
    const attributesEnd = batch.attributesEnd[line] ?? 0;
    const finder = this.#finder;
    if (finder.find(batch.bytes, batch.lineStart[line] ?? 0, batch.lineEnd[line] ?? 0) > 0) return true;
    if (finder.found.hasOpenKey) return true;
    return attributesEnd > attributesStart && finder.find(batch.bytes, attributesStart, attributesEnd) > 0;
  }

  /** @param first lines before it are free of secrets */
  #rewrite(batch: RawLogBatch, first: number): RedactedBatch {
    const redacted = new Map<SecretKind, number>();
    const into = this.#builder;
    into.begin(undefined, batch.bytes.length + 1_024);
    into.streams = [...batch.streams];
    const line = this.#line;
    for (let i = 0; i < batch.lineCount; i++) {
      const isClean = i < first;
      line.start = into.bytesLength;
      this.#copyText(batch, i, { isClean, redacted });
      line.end = into.bytesLength;
      line.attributesStart = line.end;
      this.#copyPart(batch, batch.attributesStart[i] ?? 0, batch.attributesEnd[i] ?? 0, {
        isClean,
        redacted,
      });
      line.attributesEnd = into.bytesLength;
      line.stream = batch.streamIndex[i] ?? 0;
      line.millis = batch.timeMillis[i] ?? Number.NaN;
      line.subNanos = batch.timeSubNanos[i] ?? 0;
      line.severity = batch.severity[i] ?? 0;
      into.addLine(line);
    }
    return { batch: into.toBatch(batch.receivedMillis), redacted };
  }

  #copyText(batch: RawLogBatch, i: number, how: CopyOptions): void {
    const start = batch.lineStart[i] ?? 0;
    const end = batch.lineEnd[i] ?? 0;
    if (!how.isClean && this.#openKeys.size > 0) {
      const key = keyOf(batch.streams[batch.streamIndex[i] ?? 0]);
      const linesLeft = this.#openKeys.get(key);
      if (linesLeft !== undefined && this.#copyKeyLine(batch, { start, end, key, linesLeft }, how)) return;
    }
    this.#copyPart(batch, start, end, how);
    if (!how.isClean && this.#finder.found.hasOpenKey && this.#openKeys.size < maxOpenKeys)
      this.#openKeys.set(keyOf(batch.streams[batch.streamIndex[i] ?? 0]), maxKeyLines);
  }

  /** A line in the middle of a private key: its last word is hidden. @returns false when the key ended before */
  #copyKeyLine(batch: RawLogBatch, line: KeyLine, { redacted }: CopyOptions): boolean {
    const { bytes } = batch;
    const { start, end, key, linesLeft } = line;
    const textEnd = skipBack(bytes, end, start, SPACE);
    const word = skipBack(bytes, textEnd, start, LETTER | DIGIT | TOKEN_SIGN);
    const isEmpty = textEnd === start;
    const isHeader = isPemHeader(bytes, start, end);
    const isBody = isKeyLine(bytes, { start, word, textEnd }) && !hasEnd(bytes, start, end);
    if (linesLeft === 0 || !(isEmpty || isHeader || isBody)) {
      this.#openKeys.delete(key);
      return false;
    }
    this.#openKeys.set(key, linesLeft - 1);
    if (!isBody) return false;
    this.#append(bytes, start, word);
    this.#appendPseudonym(bytes, word, textEnd, 'private-key', false);
    this.#append(bytes, textEnd, end);
    redacted.set('private-key', (redacted.get('private-key') ?? 0) + 1);
    return true;
  }

  #copyPart({ bytes }: RawLogBatch, start: number, end: number, { isClean, redacted }: CopyOptions): void {
    const count = isClean ? 0 : this.#finder.find(bytes, start, end);
    const { found } = this.#finder;
    let from = start;
    for (let k = 0; k < count; k++) {
      const kind = found.kinds[k] ?? 'secret';
      const secretStart = found.starts[k] ?? 0;
      const secretEnd = found.ends[k] ?? 0;
      this.#append(bytes, from, secretStart);
      this.#appendPseudonym(bytes, secretStart, secretEnd, kind, found.isBare[k] ?? false);
      redacted.set(kind, (redacted.get(kind) ?? 0) + 1);
      from = secretEnd;
    }
    this.#append(bytes, from, end);
  }

  #appendPseudonym(bytes: Uint8Array, start: number, end: number, kind: SecretKind, isBare: boolean): void {
    const text = `<${kind}:${this.#pseudonyms(bytes.subarray(start, end))}>`;
    const encoded = encodeUtf8(isBare ? `"${text}"` : text);
    this.#append(encoded, 0, encoded.length);
  }

  #append(bytes: Uint8Array, start: number, end: number): void {
    if (end <= start) return;
    const into = this.#builder;
    into.reserve(end - start);
    copyBytes(bytes, start, end, into.bytes, into.bytesLength);
    into.bytesLength += end - start;
  }
}

interface CopyOptions {
  readonly isClean: boolean;
  readonly redacted: Map<SecretKind, number>;
}

interface KeyLine {
  readonly start: number;
  readonly end: number;
  readonly key: string;
  readonly linesLeft: number;
}

/** `Proc-Type: 4,ENCRYPTED` and the like, in old forms of PEM. Source: RFC 1421. */
function isPemHeader(bytes: Uint8Array, start: number, end: number): boolean {
  return hasText(bytes, start, end, 'Proc-Type:') || hasText(bytes, start, end, 'DEK-Info:');
}

function hasEnd(bytes: Uint8Array, start: number, end: number): boolean {
  return privateKeyEnd({ bytes, start, end }, start) < end;
}

/** Base64 that is long, or the whole of a line: behind the time that a container runtime writes, the last line may stay. */
function isKeyLine(
  bytes: Uint8Array,
  { start, word, textEnd }: { readonly start: number; readonly word: number; readonly textEnd: number },
): boolean {
  const length = textEnd - word;
  if (word === start) return length > 0 && length % 4 === 0;
  return length >= keyLineBytes && isOf(bytes, word - 1, SPACE);
}

function keyOf(stream: StreamDescriptor | undefined): string {
  if (stream === undefined) return '';
  const { environment, logType, namespace, service, pod, container, host } = stream;
  return [environment, logType, namespace, service, pod, container, host].join('\u0000');
}

function emptyLine(): BuiltLine {
  return {
    start: 0,
    end: 0,
    stream: 0,
    millis: Number.NaN,
    subNanos: 0,
    severity: 0,
    attributesStart: 0,
    attributesEnd: 0,
  };
}
