import { endOfDigits, findCards } from './card-number.js';
import type { Detector, Span } from './detector.js';
import { Findings } from './findings.js';
import { jwtDetector, basicDetector, bearerDetector } from './web-credentials.js';
import { markedTokens } from './marked-tokens.js';
import { defaultSecretNames, namedValueDetector } from './named-values.js';
import { privateKeyDetector } from './private-key.js';
import type { RedactionGroup } from './secret-kind.js';
import { DIGITS, TriggerTable, windowBytes } from './trigger-table.js';
import type { Trigger } from './trigger-table.js';
import { emailDetector, urlPasswordDetector } from './url-and-mail.js';

/** What is looked for. */
export interface SecretFinderOptions {
  readonly groups: ReadonlySet<RedactionGroup>;
  /** More names whose values are secret, whatever they are: at least 4 characters, letters, digits, `_`, `-`, `.`. */
  readonly extraNames?: readonly string[];
}

/** Ends of `x://`, one for each character a scheme may end with, but for digits. */
const schemeEnds = 'abcdefghijklmnopqrstuvwxyz';

/**
 * Finds secrets in bytes. One pass; four bytes out of a text without secrets are looked at about once, so that ordinary
 * lines cost next to nothing. O(bytes): every detector looks a bounded way round its trigger or as far as what it takes.
 */
export class SecretFinder {
  readonly found = new Findings();
  readonly #table: TriggerTable<Detector>;
  readonly #findsCards: boolean;
  readonly #findsEmails: boolean;
  readonly #findsSecrets: boolean;

  constructor({ groups, extraNames = [] }: SecretFinderOptions) {
    this.#findsSecrets = groups.has('secrets');
    this.#findsCards = groups.has('cards');
    this.#findsEmails = groups.has('emails');
    this.#table = new TriggerTable(this.#findsSecrets ? secretTriggers(extraNames) : []);
  }

  /**
   * Looks at `bytes[start, end)`; what it finds is in {@link found} until the next call.
   *
   * @returns how many were found
   */
  find(bytes: Uint8Array, start: number, end: number): number {
    const { found } = this;
    if (found.count > 0 || found.hasOpenKey) found.clear();
    if (this.#findsSecrets || this.#findsCards) this.#scan(bytes, start, end);
    if (this.#findsEmails) this.#findEmails({ bytes, start, end });
    return found.count;
  }

  #scan(bytes: Uint8Array, start: number, end: number): void {
    const { steps } = this.#table;
    let i = start + windowBytes - 1;
    while (i < end) {
      // What aliases in seven bits is turned down by the check that follows.
      const step = steps[(((bytes[i - 1] ?? 0) & 0x7f) << 7) | ((bytes[i] ?? 0) & 0x7f)] ?? 0;
      if (step === 0) i = this.#check(bytes, start, end, i);
      else if (step !== DIGITS) i += step;
      else {
        const runEnd = endOfDigits(bytes, start, i + 1, end);
        if (runEnd < 0 && this.#findsCards) findCards({ bytes, start, end }, i, this.found);
        i = Math.abs(runEnd) + windowBytes - 1;
      }
    }
  }

  /** @returns where to go on */
  #check(bytes: Uint8Array, start: number, end: number, at: number): number {
    const detectors = this.#table.detectorsAt(bytes, at);
    if (detectors === undefined) return at + 1;
    const span = { bytes, start, end };
    for (const detect of detectors)
      if (detect(span, at, this.found)) return Math.max(at + 1, this.found.end + windowBytes - 1);
    return at + 1;
  }

  /** Addresses between the other findings. They are few: sorting in is done by building the list anew. */
  #findEmails(span: Span): void {
    const { found } = this;
    const mails = new Findings();
    for (let i = span.start; i < span.end; i++) if (span.bytes[i] === 0x40) emailDetector(span, i, mails);
    if (mails.count > 0) mergeInto(found, mails);
  }
}

/** Keeps the findings of both lists in order; of two that overlap the first list's stays. */
function mergeInto(found: Findings, more: Findings): void {
  const all = [found, more].flatMap((list, rank) =>
    list.starts.map((start, i) => ({ start, end: list.ends[i] ?? 0, kind: list.kinds[i], rank, list, i })),
  );
  const kept = all.filter(
    (one) =>
      one.rank === 0 || !found.starts.some((start, i) => start < one.end && one.start < (found.ends[i] ?? 0)),
  );
  const sorted = kept
    .toSorted((a, b) => a.start - b.start)
    .map((one) => ({ ...one, isBare: one.list.isBare[one.i] }));
  found.clear();
  for (const { start, end, kind, isBare } of sorted)
    if (kind !== undefined) found.add(start, end, kind, isBare ?? false);
}

function secretTriggers(extraNames: readonly string[]): readonly Trigger<Detector>[] {
  return [
    ...defaultSecretNames.flatMap((name) =>
      name.trigger.map((text) => anyCase(text, namedValueDetector(name, triggerOffset(name.word, text)))),
    ),
    ...extraNames.map((name) => extraTrigger(name.toLowerCase())),
    ...markedTokens.map(({ text, detector }) => exact(text, detector)),
    exact('.eyJ', jwtDetector),
    anyCase('bear', bearerDetector),
    anyCase('sic ', basicDetector),
    ...Array.from(schemeEnds, (letter) => exact(`${letter}://`, urlPasswordDetector)),
    exact('-BEG', privateKeyDetector),
  ];
}

function exact(text: string, detector: Detector): Trigger<Detector> {
  return { text, ignoresCase: false, detector };
}

function anyCase(text: string, detector: Detector): Trigger<Detector> {
  return { text, ignoresCase: true, detector };
}

/** The first four characters of a name that can be a trigger. */
function extraTrigger(word: string): Trigger<Detector> {
  const start = word.search(/.\D{3}/);
  if (start < 0)
    throw new Error(`secret name "${word}": expected at least 4 characters, 3 of them no digits in a row`);
  const offset = start + windowBytes - 1;
  return anyCase(
    word.slice(start, start + windowBytes),
    namedValueDetector({ word, kind: 'secret', value: 'any' }, offset),
  );
}

/** Where the last byte of the trigger is, counted from the start of the word; the trigger may go past its end. */
function triggerOffset(word: string, trigger: string): number {
  const inside = word.indexOf(trigger);
  if (inside >= 0) return inside + trigger.length - 1;
  return word.length;
}
