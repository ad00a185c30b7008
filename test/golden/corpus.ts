import { Dice } from '@culprit/testkit';

/** A small log of one program, the same on every machine. */
export interface Corpus {
  readonly name: string;
  readonly text: string;
}

/** How a program writes one record: one line or several, without the last line feed. */
export type WriteRecord = (dice: Dice, millis: number) => string;

const START = Date.UTC(2026, 2, 3, 9, 30);
const MEAN_GAP_MILLIS = 900;

/** Writes `records` records of a program, in order of time. */
export function composeCorpus(name: string, records: number, write: WriteRecord): Corpus {
  const dice = new Dice(20_260_303, name);
  const written: string[] = [];
  let millis = START;
  for (let i = 0; i < records; i++) {
    millis += Math.ceil(dice.gap(MEAN_GAP_MILLIS));
    written.push(`${write(dice, millis)}\n`);
  }
  return { name, text: written.join('') };
}

/** Picks from a list that goes from common to rare: of two neighbours the first comes more often. */
export function pickSkewed<Item>(dice: Dice, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(items.length * dice.between(0, 1) * dice.between(0, 1))] ?? items[0];
}

/** `2026-03-03T09:30:00.123Z`. */
export function isoTime(millis: number): string {
  return new Date(millis).toISOString();
}

/** `2026-03-03 09:30:00,123` with the separator given. */
export function plainTime(millis: number, separator: ',' | '.'): string {
  return isoTime(millis).slice(0, -1).replace('T', ' ').replace('.', separator);
}

const MONTHS = ['Jan', 'Feb', 'Mar'] as const;

/** `Mar  3 09:30:00`. */
export function syslogTime(millis: number): string {
  const time = new Date(millis);
  const day = String(time.getUTCDate()).padStart(2);
  return `${MONTHS[time.getUTCMonth()] ?? 'Mar'} ${day} ${isoTime(millis).slice(11, 19)}`;
}

/** `03/Mar/2026:09:30:00 +0000`. */
export function accessTime(millis: number): string {
  return `${isoTime(millis).slice(8, 10)}/Mar/2026:${isoTime(millis).slice(11, 19)} +0000`;
}

/** A private IPv4 address. */
export function address(dice: Dice): string {
  return `10.${dice.below(4)}.${dice.below(256)}.${1 + dice.below(254)}`;
}
