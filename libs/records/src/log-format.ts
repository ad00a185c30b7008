import { AppError, encodeUtf8 } from '@culprit/kernel';

/** Range of a field in the line that was split. */
export interface FieldRange {
  readonly start: number;
  readonly end: number;
}

/** A compiled log format. */
export interface LogFormat {
  /** Names between the angle brackets, in order. */
  readonly fields: readonly string[];
  /**
   * Where the content lies in a line: the field `Content`, or the last field when there is none of that name.
   *
   * @returns the range, shared and valid until the next call; undefined when the line does not have the format.
   *   O(line), no backtracking but for runs of blanks.
   */
  contentOf(bytes: Uint8Array, start: number, end: number): FieldRange | undefined;
}

/** A field and the literal behind it; the last field has an empty one and takes the rest. */
interface Part {
  readonly name: string;
  readonly literal: Uint8Array;
}

/** One way to read a line; a format with optional groups has several. */
interface Variant {
  readonly prefix: Uint8Array;
  readonly parts: readonly Part[];
  readonly contentIndex: number;
}

const maxFields = 32;
const maxOptionalGroups = 4;

/**
 * Compiles a format such as `<Date> <Time> <Level> <Component>: <Content>`.
 *
 * The literal text between two fields ends the first of them; a run of blanks in it stands for any run of blanks. The
 * last field takes the rest of the line. The LogHub notation is understood too: a backslash makes the next character
 * literal, `\\s+` is a blank, and a group such as `(\\[<PID>\\])?` may be absent; of the readings that fit a line the one
 * whose content begins first is taken.
 *
 * @throws AppError CULPRIT_RECORDS_BAD_LOG_FORMAT when there is no field, two fields touch, or there are too many
 */
export function parseLogFormat(format: string): LogFormat {
  const variants = expandGroups(format.replace(/\\s[+*]?/g, ' ')).map(compileVariant);
  const found = { start: 0, end: 0 };
  const best = { start: 0, end: 0 };
  return {
    fields: (variants[0]?.parts ?? []).map((part) => part.name),
    contentOf(bytes, start, end) {
      let matched = false;
      for (const variant of variants) {
        if (!splitLine(variant, bytes, { start, end }, found) || (matched && found.start >= best.start))
          continue;
        matched = true;
        best.start = found.start;
        best.end = found.end;
      }
      return matched ? best : undefined;
    },
  };
}

/** The format with and without each of its optional groups. */
function expandGroups(format: string): string[] {
  let formats = [format];
  for (let round = 0; round <= maxOptionalGroups; round++) {
    const next = formats.flatMap((text) => {
      const group = /(?<!\\)\(((?:\\.|[^()\\])*)\)\?/.exec(text);
      if (group === null) return [text];
      const before = text.slice(0, group.index);
      const after = text.slice(group.index + group[0].length);
      return [`${before}${group[1] ?? ''}${after}`, `${before}${after}`];
    });
    if (next.length === formats.length) return formats;
    formats = next;
  }
  throw badFormat(`expected at most ${maxOptionalGroups} optional groups`);
}

function compileVariant(format: string): Variant {
  const pieces = format.split(/<([^<>\s]+)>/);
  const parts: Part[] = [];
  for (let i = 1; i + 1 < pieces.length; i += 2) {
    parts.push({ name: pieces[i] ?? '', literal: literalOf(pieces[i + 1] ?? '') });
  }
  if (parts.length === 0 || parts.length > maxFields) {
    throw badFormat(`expected 1 to ${maxFields} fields like <Content>, found ${parts.length}`);
  }
  const touching = parts.slice(0, -1).find((part) => part.literal.length === 0);
  if (touching !== undefined)
    throw badFormat(`expected some text between <${touching.name}> and the next field`);
  const named = parts.findIndex((part) => part.name === 'Content');
  return { prefix: literalOf(pieces[0] ?? ''), parts, contentIndex: named < 0 ? parts.length - 1 : named };
}

/** A backslash makes the next character literal. */
function literalOf(text: string): Uint8Array {
  return encodeUtf8(text.replace(/\\(.)/g, '$1'));
}

function splitLine(
  format: Variant,
  bytes: Uint8Array,
  line: FieldRange,
  content: { start: number; end: number },
): boolean {
  let position = matchLiteral(bytes, line.start, line.end, format.prefix);
  for (let i = 0; i < format.parts.length; i++) {
    const literal = format.parts[i]?.literal ?? new Uint8Array(0);
    if (position < 0) return false;
    const fieldStart = position;
    let fieldEnd = line.end;
    if (literal.length > 0) {
      fieldEnd = findLiteral(bytes, position, line.end, literal);
      if (fieldEnd < 0) return false;
      position = matchLiteral(bytes, fieldEnd, line.end, literal);
    }
    if (i !== format.contentIndex) continue;
    content.start = fieldStart;
    content.end = fieldEnd;
  }
  return true;
}

/** Position of the first match of a literal, -1 without one. */
function findLiteral(bytes: Uint8Array, start: number, end: number, literal: Uint8Array): number {
  const first = literal[0];
  if (first !== 0x20 && first !== 0x09) {
    for (let i = start; i < end; i++) {
      if (bytes[i] === first && matchLiteral(bytes, i, end, literal) >= 0) return i;
    }
    return -1;
  }
  let i = start;
  while (i < end) {
    if (!isBlank(bytes[i])) {
      i += 1;
      continue;
    }
    if (matchLiteral(bytes, i, end, literal) >= 0) return i;
    // A run of blanks matches as a whole or not at all: its inner positions need no try of their own.
    while (i < end && isBlank(bytes[i])) i += 1;
  }
  return -1;
}

/** Position behind the literal at `position`, -1 when it is not there. Runs of blanks match runs of blanks. */
function matchLiteral(bytes: Uint8Array, position: number, end: number, literal: Uint8Array): number {
  let at = position;
  let i = 0;
  while (i < literal.length) {
    if (!isBlank(literal[i])) {
      if (at >= end || bytes[at] !== literal[i]) return -1;
      at += 1;
      i += 1;
      continue;
    }
    if (at >= end || !isBlank(bytes[at])) return -1;
    while (i < literal.length && isBlank(literal[i])) i += 1;
    while (at < end && isBlank(bytes[at])) at += 1;
  }
  return at;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

function badFormat(message: string): AppError {
  return new AppError({
    code: 'CULPRIT_RECORDS_BAD_LOG_FORMAT',
    message: `log format: ${message}`,
    hint: "Write it like '<Date> <Time> <Level> <Content>'.",
  });
}
