import { resolveYear } from './date-formats.js';
import { recordFlags } from './record-batch.js';
import { DAY, MINUTE, earliestMillis, timeKind, type ParsedTime } from './timestamp.js';

/** A file ends when it was written, so its first line is from the year before that, not from the half year after. */
const HALF_YEAR = 182 * DAY;

/** What is known when the time of a record has to be settled; NaN where it is not. */
export interface TimeContext {
  envelopeMillis: number;
  envelopeSubNanos: number;
  /** Of the last record of the stream that had a time of its own or from its envelope. */
  previousMillis: number;
  receivedMillis: number;
  /** The text's time is a bare number, believed only near the envelope's. */
  isWeakText: boolean;
  /** Of the last record of any stream. */
  latestMillis: number;
}

/** The settled time; one is reused. */
export interface SettledTime {
  millis: number;
  subNanos: number;
  /** Bits of {@link recordFlags}. */
  flags: number;
}

/** A program cannot log before it happened: times this far ahead of receipt are taken for wrong clocks. */
const maxFutureMillis = 2 * MINUTE;

/** No zone differs from UTC by more than 14 hours; twice that bounds two texts of one moment. */
const maxZoneDifference = 26 * 60 * MINUTE;

/**
 * Decides between the time in the text and the envelope's.
 *
 * * Text with date and zone: the text, as it is the moment of the event; the envelope's is when it was read.
 * * Text with a date but no zone: the envelope where they agree up to a zone (26 h), as the zone is a guess; otherwise
 *   the line was read late and the text counts, in the configured zone.
 * * Text without a year or date: the envelope; without one, the year or day nearest to the previous record or receipt; of a file, the
 *   last one before it was written.
 * * No time: the envelope, the previous record, receipt, any other record; flagged as inherited.
 * * Before 2000, or more than two minutes ahead of envelope or receipt: replaced by the next of these and flagged.
 */
export function settleTime(
  own: ParsedTime,
  context: TimeContext,
  options: { readonly zoneOffsetMinutes: number; readonly referenceMillis: number },
  out: SettledTime,
): void {
  const { envelopeMillis } = context;
  const hasEnvelope = !Number.isNaN(envelopeMillis);
  out.flags = 0;
  const text = textMillis(own, context, options);
  const prefersText =
    !Number.isNaN(text) &&
    (!hasEnvelope ||
      (own.kind === timeKind.absolute && !context.isWeakText) ||
      (own.kind === timeKind.absolute && Math.abs(text - envelopeMillis) < maxZoneDifference) ||
      (own.kind === timeKind.local && Math.abs(text - envelopeMillis) >= maxZoneDifference));
  if (prefersText) {
    out.millis = text;
    out.subNanos = own.subNanos;
    const limit = hasEnvelope ? envelopeMillis : context.receivedMillis;
    if (text >= earliestMillis && !(text > limit + maxFutureMillis)) return;
    out.flags = recordFlags.timeRepaired;
  } else if (own.kind === timeKind.none || (Number.isNaN(text) && !hasEnvelope))
    out.flags = recordFlags.timeInherited;
  inherit(context, out);
}

function textMillis(
  own: ParsedTime,
  context: TimeContext,
  options: { readonly zoneOffsetMinutes: number; readonly referenceMillis: number },
): number {
  if (own.kind === timeKind.none) return Number.NaN;
  if (own.kind === timeKind.absolute) return own.millis;
  const inZone = own.millis - options.zoneOffsetMinutes * MINUTE;
  if (own.kind === timeKind.local) return inZone;
  const seen = firstKnown([context.previousMillis, context.receivedMillis, context.latestMillis]);
  if (own.kind === timeKind.yearless)
    return resolveYear(inZone, Number.isNaN(seen) ? options.referenceMillis - HALF_YEAR : seen);
  const near = Number.isNaN(seen) ? options.referenceMillis : seen;
  if (Number.isNaN(near)) return Number.NaN;
  const sameDay = Math.floor(near / DAY) * DAY + inZone;
  const days = Math.round((near - sameDay) / DAY);
  return sameDay + days * DAY;
}

/** The envelope's time if it is plausible, else the previous record's, receipt, any other record's, the epoch. */
function inherit(context: TimeContext, out: SettledTime): void {
  const { envelopeMillis, receivedMillis } = context;
  const isFuture = envelopeMillis > receivedMillis + maxFutureMillis;
  if (envelopeMillis >= earliestMillis && !isFuture) {
    out.millis = envelopeMillis;
    out.subNanos = context.envelopeSubNanos;
    return;
  }
  if (!Number.isNaN(envelopeMillis)) out.flags |= recordFlags.timeRepaired;
  out.subNanos = 0;
  const known = firstKnown([context.previousMillis, receivedMillis, context.latestMillis]);
  out.millis = Number.isNaN(known) ? 0 : known;
  if (Number.isNaN(known)) out.flags |= recordFlags.timeRepaired;
}

/** The epoch stands for a record that found no time at all. */
function firstKnown(candidates: readonly number[]): number {
  return candidates.find((millis) => millis > 0) ?? Number.NaN;
}
