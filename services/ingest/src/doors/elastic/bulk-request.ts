import type { EnvelopeResult } from '@culprit/records';
import type { LineReader } from '../../line-reader.js';
import { DecodeError } from '../decode-error.js';
import type { Door, DoorBody } from '../door.js';
import { asObject } from '../json-body.js';
import type { Json } from '../json-body.js';
import { readObjects } from '../read-objects.js';

const LINE_FEED = 0x0a;
const actions = ['create', 'index', 'update', 'delete'] as const;
type Action = (typeof actions)[number];

interface Item {
  readonly action: Action;
  readonly index: string;
  readonly id: string | undefined;
  /** Where the document lies; undefined for what has none. */
  readonly range: { readonly start: number; readonly end: number } | undefined;
  isBad: boolean;
}

/** One `_bulk` request: which documents it has, and afterwards which of them could not be read. */
export class BulkRequest implements Door {
  readonly name = 'elastic';
  readonly refusesWhenNothingIsGood = false;
  readonly #defaultIndex: string;
  #items: Item[] = [];

  constructor(defaultIndex: string) {
    this.#defaultIndex = defaultIndex;
  }

  /** Documents without a time of their own may be equal and news. */
  isSelfDated(bytes: Uint8Array): boolean {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('timestamp"');
  }

  /**
   * Finds actions and documents.
   *
   * @throws DecodeError where an action should be and is none
   */
  parse(bytes: Uint8Array): void {
    const lines = linesOf(bytes);
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i];
      if (line === undefined) break;
      const head = parseLine(bytes, line);
      const action = actions.find((name) => head !== undefined && name in head);
      if (head === undefined || action === undefined)
        throw new DecodeError(`line ${i + 1}: expected an action such as {"create":{}}`);
      const target = asObject(head[action]);
      if (action !== 'delete') i += 1;
      this.#items.push({
        action,
        index: textOf(target?.['_index']) ?? this.#defaultIndex,
        id: textOf(target?.['_id']),
        range: action === 'delete' ? undefined : lines[i],
        isBad: false,
      });
    }
  }

  *read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    const withDocument = this.#items.filter(({ range }) => range !== undefined);
    let from = 0;
    const documents = function* (): Generator<Json | undefined> {
      for (const { action, range } of withDocument) yield documentOf(body.bytes, action, range);
    };
    for (const result of readObjects(documents(), body, readers)) {
      const rejected = [...result.rejected.values()].reduce((sum, count) => sum + count, 0);
      const to = from + result.batch.lineCount + rejected;
      yield result;
      if (rejected > 0) markBad(withDocument.slice(from, to), body, readers);
      from = to;
    }
  }

  /** The answer that clients read item by item. */
  answer(): object {
    return {
      took: 1,
      errors: this.#items.some(({ isBad }) => isBad),
      items: this.#items.map(({ action, index, id, isBad }) => ({
        [action]: {
          _index: index,
          ...(id === undefined ? {} : { _id: id }),
          ...(isBad
            ? { status: 400, error: { type: 'document_parsing_exception', reason: 'no log line' } }
            : { status: action === 'create' || action === 'index' ? 201 : 200, result: 'created' }),
        },
      })),
    };
  }
}

/** Which of these could not be read is only told by reading each alone; it is rare. */
function markBad(items: readonly Item[], body: DoorBody, readers: LineReader): void {
  for (const item of items) {
    const [result] = readObjects([documentOf(body.bytes, item.action, item.range)], body, readers);
    item.isBad = (result?.batch.lineCount ?? 0) === 0;
  }
}

function documentOf(bytes: Uint8Array, action: Action, range: Item['range']): Json | undefined {
  if (range === undefined) return undefined;
  const document = parseLine(bytes, range);
  const inner = action === 'update' ? asObject(document?.['doc'] ?? document?.['upsert']) : document;
  return inner === undefined ? undefined : withProgram(inner);
}

/** `tag` in the form syslog has it names a program; under another form it may be anything. */
function withProgram(document: Json): Json {
  const tag = textOf(document['tag'] ?? document['syslogtag']);
  const program = tag === undefined ? undefined : /^([\w./-]+)(\[\d+\])?:$/.exec(tag)?.[1];
  return program === undefined ? document : { ...document, program, tag: undefined, syslogtag: undefined };
}

function parseLine(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
): Json | undefined {
  try {
    return asObject(
      JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')),
    );
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Lines that are not blank. */
function linesOf(bytes: Uint8Array): { readonly start: number; readonly end: number }[] {
  const lines: { readonly start: number; readonly end: number }[] = [];
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed < 0 ? bytes.length : feed;
    if (bytes.subarray(start, end).some((byte) => byte > 0x20)) lines.push({ start, end });
    start = end + 1;
  }
  return lines;
}
