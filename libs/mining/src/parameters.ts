import { decodeUtf8 } from '@culprit/kernel';
import { parameterNameOf } from './parameter-name.js';
import { parameterTypeOf, type ParameterType } from './parameter-type.js';

const slot = '<*>';

/** One value of a line. */
export interface Parameter {
  /** The name that the line itself gives it; absent where it gives none. */
  readonly name?: string;
  readonly type: ParameterType;
  readonly value: string;
  /** Bytes from the start of the line. */
  readonly start: number;
  readonly end: number;
}

/** What a line says beside its template: with it, {@link joinLine} gives the line again. */
export interface LineParts {
  /** One for each `<*>` of the template's text, in order. */
  readonly parameters: readonly Parameter[];
  /**
   * Text before, between and behind the parameters where it is not that of the template: other blanks, a header. Null
   * where it is; empty if it is everywhere.
   */
  readonly constants: readonly (string | null)[];
}

/**
 * Takes a line apart by its template. Pure, O(length of the line).
 *
 * @param template text of the template, `<*>` where values vary
 * @param line whole line; what the miner did not look at, such as a header, is kept as a constant
 * @param spans `[start, end)` of each value as places of the line, as the miner left them
 */
export function parametersOf(template: string, line: Uint8Array, spans: ArrayLike<number>): LineParts {
  const parameters: Parameter[] = [];
  const constants: string[] = [];
  let at = 0;
  const addConstants = (end: number): void => {
    // A line may itself have `<*>` in it: the template shows it as one more place.
    const [first = '', ...rest] = decodeUtf8(line.subarray(at, end)).split(slot);
    constants.push(first);
    for (const text of rest) {
      const start = at + lengthOf(constants.at(-1) ?? '');
      parameters.push({ type: 'text', value: slot, start, end: start + slot.length });
      at = start + slot.length;
      constants.push(text);
    }
  };
  for (let i = 0; i + 1 < spans.length; i += 2) {
    const start = spans[i] ?? 0;
    const end = spans[i + 1] ?? start;
    addConstants(start);
    parameters.push(parameterAt(line, start, end));
    at = end;
  }
  addConstants(line.length);
  return { parameters, constants: withoutKnown(constants, template.split(slot)) };
}

/** The line that was taken apart. Bytes that were no UTF-8 are replaced, as in its parts. */
export function joinLine(template: string, { parameters, constants }: LineParts): string {
  const known = template.split(slot);
  let line = constants[0] ?? known[0] ?? '';
  for (const [i, { value }] of parameters.entries()) line += value + (constants[i + 1] ?? known[i + 1] ?? '');
  return line;
}

function parameterAt(line: Uint8Array, start: number, end: number): Parameter {
  const value = decodeUtf8(line.subarray(start, end));
  const name = parameterNameOf(line, start);
  return { ...(name === undefined ? {} : { name }), type: parameterTypeOf(value), value, start, end };
}

function withoutKnown(constants: readonly string[], known: readonly string[]): (string | null)[] {
  if (constants.length !== known.length) return [...constants];
  const others = constants.map((text, i) => (text === known[i] ? null : text));
  return others.every((text) => text === null) ? [] : others;
}

/** Bytes of a text in UTF-8. */
function lengthOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
