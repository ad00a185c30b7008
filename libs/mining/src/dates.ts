import { COMMA, SPACE, isDigit, lettersOf, slashesOf, symbolsOf } from './bytes.js';
import { isCalendarName } from './words.js';

/** No part of a written date. */
export const NO_DATE = 0;
const CALENDAR_DATE = 1;
/** The name of a month or a day. */
export const NAMED_DATE = 2;
const CLOCK_TIME = 3;
const SMALL_NUMBER = 4;

/** Which part of a date written with blanks inside a value of this census and length can be. */
export function dateKind(census: number, length: number, colons: number): number {
  if (lettersOf(census, length) > 0) return census === 0 && length === 3 ? NAMED_DATE : NO_DATE;
  if (colons > 0) return CLOCK_TIME;
  if (slashesOf(census) === 2 || symbolsOf(census) === 2) return CALENDAR_DATE;
  return census <= 4 ? SMALL_NUMBER : NO_DATE;
}

/** Whether a part behind the gap continues the date that the part before it belongs to. */
export function continuesDate(before: number, gap: number, part: number): boolean {
  if (part === NO_DATE || (gap !== SPACE && gap !== ((COMMA << 8) | SPACE))) return false;
  if (before === CALENDAR_DATE) return part === CLOCK_TIME;
  return before === NAMED_DATE && part !== CALENDAR_DATE;
}

/** Whether a number or another calendar name follows: without one, a calendar name is a word like any other. */
export function isDateAhead(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && at - from < 3 && (bytes[at] === SPACE || bytes[at] === COMMA)) at++;
  if (at === from || at >= end) return false;
  return isDigit(bytes[at] ?? 0) || (at + 3 <= end && isCalendarName(bytes, at, 3));
}
