import { isDigit } from '../header-tokens.js';
import { DIGIT, JOINT, LETTER, hasText, hasWord, isOf, skipBack } from './byte-classes.js';
import type { Span } from './detector.js';
import type { Findings } from './findings.js';

/** Most groups of digits that are looked at in one run; longer runs are tables of numbers. */
const maxGroups = 16;
/** How far back a run of digits is followed. */
const maxBackBytes = 32;
const SPACE_BYTE = 0x20;
const HYPHEN = 0x2d;

/** How card numbers are printed: lengths of their groups. */
const layouts: readonly (readonly number[])[] = [[16], [15], [14], [4, 4, 4, 4], [4, 6, 5], [4, 6, 4]];

/**
 * End of the digits round `at`, and of the groups of them that follow behind a single space or hyphen: no trigger begins
 * among them. Negative when the lengths of the groups leave room for a card number.
 */
export function endOfDigits(bytes: Uint8Array, start: number, at: number, end: number): number {
  let i = at;
  let groupStart = at - 1;
  while (groupStart > start && isDigit(bytes[groupStart - 1])) groupStart--;
  let mayBeCard = false;
  let wasFour = false;
  for (;;) {
    while (i < end && isDigit(bytes[i])) i++;
    const length = i - groupStart;
    mayBeCard ||= (length >= 14 && length <= 16) || (wasFour && (length === 4 || length === 6));
    wasFour = length === 4;
    const isDivider = bytes[i] === SPACE_BYTE || bytes[i] === HYPHEN;
    if (!isDivider || i + 1 >= end || !isDigit(bytes[i + 1])) return mayBeCard ? -i : i;
    i++;
    groupStart = i;
  }
}

/** A run of digits whose groups are divided by single spaces or hyphens. */
interface DigitRun {
  readonly starts: number[];
  readonly ends: number[];
}

const run: DigitRun = { starts: [], ends: [] };

/**
 * Looks for card numbers in the run of digits round `at`.
 *
 * A card number has 14 to 16 digits in a piece or in the groups that are printed on cards, starts like one of the
 * networks' numbers, passes the check digit (Luhn 1960, US patent 2,950,048), and is no part of a longer name.
 */
export function findCards(span: Span, at: number, found: Findings): void {
  const { bytes } = span;
  readRun(span, at);
  for (let group = 0; group < run.starts.length; group++) {
    for (const layout of layouts) {
      const last = group + layout.length - 1;
      if (!fits(bytes, layout, group) || !standsAlone(span, group, last)) continue;
      const start = run.starts[group] ?? 0;
      const end = run.ends[last] ?? 0;
      if (start < found.end || !isCard(bytes, start, end)) continue;
      found.add(start, end, 'card', isBareInJson(span, start, end));
      group = last;
      break;
    }
  }
}

function readRun({ bytes, start, end }: Span, at: number): void {
  let i = skipBack(bytes, at, Math.max(start, at - maxBackBytes), DIGIT);
  run.starts.length = 0;
  run.ends.length = 0;
  for (;;) {
    const groupStart = i;
    while (i < end && isOf(bytes, i, DIGIT)) i++;
    if (run.starts.length < maxGroups) {
      run.starts.push(groupStart);
      run.ends.push(i);
    }
    const isDivider = bytes[i] === SPACE_BYTE || bytes[i] === HYPHEN;
    if (!isDivider || i + 1 >= end || !isOf(bytes, i + 1, DIGIT)) break;
    i++;
  }
}

/** Groups of these lengths, all divided in the same way. */
function fits(bytes: Uint8Array, layout: readonly number[], group: number): boolean {
  const divider = bytes[run.ends[group] ?? 0];
  return layout.every((length, k) => {
    const start = run.starts[group + k];
    const end = run.ends[group + k];
    if (start === undefined || end === undefined || end - start !== length) return false;
    return k === layout.length - 1 || bytes[end] === divider;
  });
}

/** No part of a longer number, name or path; and a number in groups is not a stretch of a longer row of groups. */
function standsAlone({ bytes, start, end }: Span, first: number, last: number): boolean {
  const from = run.starts[first] ?? 0;
  const to = run.ends[last] ?? 0;
  if (from > start && (isNamePart(bytes, from - 1) || isBehindId(bytes, from, start))) return false;
  if (to < end && isOf(bytes, to, LETTER)) return false;
  if (to < end && bytes[to] === HYPHEN) return false;
  if (to + 1 < end && isNamePart(bytes, to) && !endsHere(bytes, to + 1)) return false;
  if (first === last) return true;
  return !isGroupOfFour(first - 1) && !isGroupOfFour(last + 1);
}

/** `traceID=2223839516656616`, `"orderId":"…"`: said to be an identifier. */
function isBehindId(bytes: Uint8Array, from: number, start: number): boolean {
  let i = from;
  while (i > start && i > from - 4 && isQuoteOrDivider(bytes[i - 1] ?? 0)) i--;
  return i < from && hasWord(bytes, i - 2, from, 'id') && i - 2 >= start;
}

/** `"`, `'`, `=`, `:`, and a space between them. */
function isQuoteOrDivider(byte: number): boolean {
  return byte === 0x22 || byte === 0x27 || byte === 0x3d || byte === 0x3a || byte === SPACE_BYTE;
}

const otherSigns = new Uint8Array(256);
for (const sign of '/#+$%@:') otherSigns[sign.charCodeAt(0)] = 1;

/** A colon before a number is allowed: `pan:4111…`; one after it makes it a part of something. */
function isNamePart(bytes: Uint8Array, at: number): boolean {
  const isSign = otherSigns[bytes[at] ?? 0] === 1 && bytes[at] !== 0x3a;
  return isSign || isOf(bytes, at, LETTER | DIGIT | JOINT);
}

/** A full stop ends a sentence; before a letter, a digit or a pseudonym a sign goes on with a name. */
function endsHere(bytes: Uint8Array, at: number): boolean {
  return !isOf(bytes, at, DIGIT | LETTER) && bytes[at] !== 0x3c;
}

function isGroupOfFour(group: number): boolean {
  const start = run.starts[group];
  return start !== undefined && (run.ends[group] ?? 0) - start === 4;
}

/** Numbers that JSON would read as such: replaced by text, they need quotes. */
function isBareInJson({ bytes, start, end }: Span, from: number, to: number): boolean {
  let before = from - 1;
  while (before > start && bytes[before] === SPACE_BYTE) before--;
  const isValue = before > start && bytes[before] === 0x3a && bytes[before - 1] === 0x22;
  const isMember = hasText(bytes, to, end, ',') || hasText(bytes, to, end, '}');
  return isValue && isMember;
}

const digits = new Uint8Array(16);

function isCard(bytes: Uint8Array, start: number, end: number): boolean {
  let count = 0;
  for (let i = start; i < end; i++) if (isOf(bytes, i, DIGIT)) digits[count++] = (bytes[i] ?? 0) - 0x30;
  return startsLikeNetwork(count) && passesLuhn(count);
}

/** Leading digits of the networks by length. Source: ISO/IEC 7812 and the networks' published ranges. */
function startsLikeNetwork(count: number): boolean {
  const one = digits[0] ?? 0;
  const two = one * 10 + (digits[1] ?? 0);
  const three = two * 10 + (digits[2] ?? 0);
  const four = three * 10 + (digits[3] ?? 0);
  if (count === 15) return two === 34 || two === 37;
  if (count === 14) return two === 36 || two === 38 || (three >= 300 && three <= 305);
  if (one === 4 || two === 35 || two === 65) return true;
  if (two >= 51 && two <= 55) return true;
  if (three >= 644 && three <= 649) return true;
  return four === 6011 || (four >= 2221 && four <= 2720);
}

function passesLuhn(count: number): boolean {
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const digit = digits[count - 1 - k] ?? 0;
    const doubled = digit * 2;
    if (k % 2 === 0) sum += digit;
    else sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
