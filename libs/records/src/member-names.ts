import { KeyTable, envelopeKeys, slot } from './envelope-keys.js';
import { hasWord } from './redaction/byte-classes.js';

/** Ranks of the names that only programs use begin here. */
const lowestEnvelopeRank = 100;

/**
 * Other names that programs give to the sentence of a record, best first. They count inside a record only: an envelope
 * may use the same words for anything.
 */
const messageNames = tableOf([
  'Message',
  '@message',
  '@m',
  '_msg',
  'logMessage',
  'log_message',
  'short_message',
  'textPayload',
  'RenderedMessage',
  '@mt',
  'text',
  'event',
  'content',
  'full_message',
]);

/** Names under which programs keep what went wrong, by which failures of one statement are told apart. */
const failureNames = tableOf([
  'err',
  'error',
  'errors',
  'Error',
  'reason',
  'Reason',
  'exception',
  'Exception',
  'cause',
  'failure',
  'detail',
  'details',
  'stderr',
]);

function tableOf(names: readonly string[]): KeyTable {
  const table = new KeyTable(64);
  for (const [index, name] of names.entries()) {
    const rank = lowestEnvelopeRank + index;
    table.add(name, { slot: slot.text, rank, inside: undefined, isTransparent: false, keepsWhole: false });
  }
  return table;
}

/** {@link slot} of a member of a record's own body, or -1. */
export function slotOfMember(bytes: Uint8Array, start: number, end: number): number {
  const meaning = envelopeKeys.find(bytes, start, end) ?? messageNames.find(bytes, start, end);
  return meaning?.slot ?? -1;
}

/** How good a member's name is for the sentence of a record: 0 is best, 255 says that it is for something else. */
export function messageRank(bytes: Uint8Array, start: number, end: number): number {
  const meaning = envelopeKeys.find(bytes, start, end) ?? messageNames.find(bytes, start, end);
  return meaning?.slot === slot.text ? meaning.rank : 255;
}

/** A member whose text tells events apart beside the sentence: a further sentence, or what went wrong. */
export function isTelling(bytes: Uint8Array, start: number, end: number): boolean {
  return failureNames.find(bytes, start, end) !== undefined || messageRank(bytes, start, end) < 255;
}

/** Ways to write that there is no value, in small letters; quotes are off. */
const nothings = ['', '-', 'null', 'nil', '<nil>', 'none', 'false', '{}', '[]'];
const LONGEST_NOTHING = 5;

/**
 * Whether a value, with its quotes if it has any, says that there is none: `error: null` is what a program that has no
 * error writes, and no other event than the same without it.
 */
export function saysNothing(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  const isQuoted = end - start >= 2 && (first === 0x22 || first === 0x27) && bytes[end - 1] === first;
  const from = isQuoted ? start + 1 : start;
  const to = isQuoted ? end - 1 : end;
  return (
    to - from <= LONGEST_NOTHING &&
    nothings.some((text) => text.length === to - from && hasWord(bytes, from, to, text))
  );
}
