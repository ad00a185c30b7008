import { skipSpace, skipValue } from './json-scan.js';
import type { InputFormat } from './limits.js';

/**
 * Decides by looking what an input is: a JSON array or objects over several lines (`json`), one JSON object per line
 * (`ndjson`), both kinds of line mixed (`auto`), or text.
 *
 * @param sample the first bytes, a few KiB are enough; the last line may be cut off
 */
export function detectFormat(sample: Uint8Array): InputFormat {
  const start = skipSpace(sample, sample[0] === 0xef ? 3 : 0, sample.length);
  if (start === sample.length) return 'text';
  if (sample[start] === 0x5b) {
    const inner = sample[skipSpace(sample, start + 1, sample.length)];
    if (inner === 0x7b || inner === 0x5d) return 'json';
  }
  let objects = 0;
  let others = 0;
  for (let line = start; line < sample.length && objects + others < 50;) {
    const feed = sample.indexOf(0x0a, line);
    const end = feed < 0 ? sample.length : feed;
    const first = skipSpace(sample, line, end);
    if (sample[first] === 0x7b && first < end) {
      const after = skipValue(sample, first, end);
      if (after > 0 || feed < 0) objects += 1;
      else if (objects + others === 0 && spansLines(sample, first)) return 'json';
      else others += 1;
    } else if (first < end) others += 1;
    line = end + 1;
  }
  if (objects === 0) return 'text';
  return others === 0 ? 'ndjson' : 'auto';
}

/** A pretty-printed object: the first line is a brace, or a brace and one member. */
function spansLines(sample: Uint8Array, brace: number): boolean {
  const next = skipSpace(sample, brace + 1, sample.length);
  const feed = sample.indexOf(0x0a, brace);
  return next > feed && sample[next] === 0x22;
}
