import type { EnvelopeResult } from '@culprit/records';
import type { LineReader } from '../line-reader.js';
import type { DoorBody } from './door.js';
import type { Json } from './json-body.js';

/** Objects are read together until they have this many characters. */
const pieceCharacters = 2_097_152;

/**
 * Reads records that a protocol wraps in something else, as if they had come as JSON lines: what a key means is then the
 * same whatever door it came in by. `undefined` stands for a record that could not be read and is counted.
 */
export function* readObjects(
  objects: Iterable<Json | undefined>,
  body: Pick<DoorBody, 'defaults' | 'receivedMillis'>,
  readers: LineReader,
): Generator<EnvelopeResult> {
  const read = (lines: readonly string[]): EnvelopeResult =>
    readers.read(Buffer.from(lines.join('\n')), {
      format: 'ndjson',
      receivedMillis: body.receivedMillis,
      defaults: body.defaults,
    });
  let lines: string[] = [];
  let characters = 0;
  for (const object of objects) {
    const line = textOf(object);
    lines.push(line);
    characters += line.length + 1;
    if (characters < pieceCharacters) continue;
    yield read(lines);
    lines = [];
    characters = 0;
  }
  if (lines.length > 0) yield read(lines);
}

/** Something that is no object, and so is counted, for what cannot be written: nested too deep, too large a number. */
function textOf(object: Json | undefined): string {
  try {
    return JSON.stringify(object ?? null);
  } catch {
    return 'null';
  }
}
