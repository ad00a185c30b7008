import { detectFormat } from '@culprit/records';
import type { InputFormat } from '@culprit/records';
import { tooLarge } from '../../errors.js';

const PIECE_BYTES = 4_194_304;
const SNIFF_BYTES = 65_536;
const LINE_FEED = 0x0a;
const OPEN_BRACE = 0x7b;

/**
 * Stretches of whole lines of about 4 MiB, so that a large body does not hold up everything else while it is read.
 * A body that has to be looked at as a whole (JSON, a format to be found out, UTF-16) is one piece.
 */
export function* cutPieces(bytes: Uint8Array, format: InputFormat): Generator<Uint8Array> {
  if ((format !== 'ndjson' && format !== 'text') || isWide(bytes)) {
    yield bytes;
    return;
  }
  let start = 0;
  do {
    const feed = start + PIECE_BYTES < bytes.length ? bytes.indexOf(LINE_FEED, start + PIECE_BYTES) : -1;
    const end = feed < 0 ? bytes.length : feed + 1;
    yield bytes.subarray(start, end);
    start = end;
  } while (start < bytes.length);
}

/**
 * Refuses bodies of very many very short lines: each line costs columns beside its bytes.
 *
 * @throws RequestError 413
 */
export function checkLineCount(bytes: Uint8Array, format: InputFormat, maxLines: number): void {
  const actual = format === 'auto' ? detectFormat(bytes.subarray(0, SNIFF_BYTES)) : format;
  const mark = actual === 'json' ? OPEN_BRACE : LINE_FEED;
  let count = 0;
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    count += 1;
    if (count > maxLines)
      throw tooLarge(`the body has more than ${maxLines} ${actual === 'json' ? 'objects' : 'lines'}`);
  }
}

/** UTF-16 by its byte order mark or its zero bytes; a line feed is two bytes there. */
function isWide(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff || bytes[0] === 0xfe || bytes.subarray(0, 512).includes(0);
}
