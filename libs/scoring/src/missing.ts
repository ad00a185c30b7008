import type { TemplateId } from '@culprit/kernel';
import { hashText, toEpochNanos } from '@culprit/kernel';
import type { Anomaly } from './anomaly.js';
import type {
  LogTypeBaseline,
  RateStatistics,
  ShareStatistics,
  TemplateBaseline,
  WorkClock,
} from './baseline.js';
import { isMuted } from './control.js';
import type { BinEntry } from './open-bins.js';
import { missingSentence } from './sentences.js';
import type { StructuredEvent } from './structured-event.js';

/** Bins in which a template came, from which its share is known. */
const minShowings = 24;
/** Records that must have been expected of a template, by the work and by the clock, before it is missed. */
const minExpected = 10;
/** How many times as long as ever before it must have stayed away. */
const patience = 2;
const minuteMillis = 60_000;
const memoryBins = 200;
/** A bin counts for at most this many usual ones: a burst of one line must not make all others late. */
const maxBurst = 3;
/** Variance over mean of the counts per minute, below which a template follows a timer instead of the work. */
const timerDispersion = 0.25;
const minMinutes = 5;
/** Bits from which a line tells of trouble; that it stays away is good news. */
const troubleBadness = 1;
const smallestProbability = 1e-6;
/** Records: work is never as even as dice. */
const smallestScale = 4;

/**
 * Looks for templates that stay away while the log type does its usual work: a step of a request that is no longer
 * reached, a result that is no longer told. Absences are measured in records that were expected by the work of the log
 * type, so that neither the end of the load nor a pause makes one; they must be long by the clock too, so that more of
 * other lines makes none. Lines of timers and of trouble are no work.
 *
 * An absence longer than every one of n has probability 1/(n+1) under exchangeability; what goes beyond falls off
 * exponentially. One that was told teaches half. O(templates of the log type)
 */
export function findMissing(
  logType: LogTypeBaseline,
  { bin, entries }: { readonly bin: number; readonly entries: readonly (readonly [TemplateId, BinEntry])[] },
  found: Anomaly[],
): void {
  const { work, templates } = logType;
  const before = work.records;
  advance(work, entries, templates);
  const present = new Set(entries.map(([templateId]) => templateId));
  for (const [templateId, { count }] of entries) {
    const template = templates.get(templateId);
    if (template !== undefined && isWork(template))
      noteShowing(template.share, { before, records: work.records, count });
  }
  for (const template of templates.values()) {
    if (present.has(template.templateId) || !isLate(template, { records: work.records, bin })) continue;
    template.share.isMissing = true;
    if (template.lastEvent === undefined || isMuted(logType, template.templateId, bin)) continue;
    found.push(missingAnomaly(template.lastEvent, { template, logType, bin }));
  }
}

function advance(
  work: WorkClock,
  entries: readonly (readonly [TemplateId, BinEntry])[],
  templates: LogTypeBaseline['templates'],
): void {
  let records = 0;
  for (const [templateId, { count }] of entries) {
    const template = templates.get(templateId);
    if (template !== undefined && isWork(template)) records += count;
  }
  if (records === 0) return;
  work.records += work.bins < minShowings ? records : Math.min(records, maxBurst * work.mean);
  work.bins += 1;
  work.mean += (records - work.mean) / Math.min(work.bins, memoryBins);
}

function isWork({ gaps, badness, rate }: TemplateBaseline): boolean {
  return gaps.count >= minShowings && badness < troubleBadness && !isTimed(rate);
}

function isTimed({ minutes, mean, meanSquare }: RateStatistics): boolean {
  return minutes >= minMinutes && meanSquare - mean * mean < timerDispersion * mean;
}

function noteShowing(
  share: ShareStatistics,
  { before, records, count }: { readonly before: number; readonly records: number; readonly count: number },
): void {
  if (share.lastRecord < 0) share.firstRecord = before;
  else {
    const expected = shareOf(share, before) * (before - share.lastRecord);
    share.longest = Math.max(share.longest * 0.999, share.isMissing ? expected / 2 : expected);
  }
  share.isMissing = false;
  share.showings += 1;
  share.count += count;
  share.lastRecord = records;
}

/** Records of the template for each of the log type since it came first. */
function shareOf({ count, firstRecord }: ShareStatistics, records: number): number {
  return Math.min(1, count / Math.max(1, records - firstRecord));
}

function isLate(
  { share, badness, lastSeen, rate }: TemplateBaseline,
  { records, bin }: { readonly records: number; readonly bin: number },
): boolean {
  if (share.isMissing || share.showings < minShowings || badness >= troubleBadness) return false;
  // By the clock too: more of other lines than usual is no less of this one.
  if ((rate.mean * (bin - lastSeen)) / minuteMillis < minExpected) return false;
  return expectedSince(share, records) >= Math.max(minExpected, patience * share.longest);
}

function expectedSince(share: ShareStatistics, records: number): number {
  return shareOf(share, share.lastRecord) * (records - share.lastRecord);
}

function missingAnomaly(
  event: StructuredEvent,
  {
    template,
    logType,
    bin,
  }: { readonly template: TemplateBaseline; readonly logType: LogTypeBaseline; readonly bin: number },
): Anomaly {
  const { templateId, share } = template;
  const { records } = logType.work;
  const expected = expectedSince(share, records);
  const probability = missingProbability(share, expected);
  const name = `${logType.environment}\u0000${logType.logType}\u0000${templateId}`;
  const sentence = missingSentence(expected, records - share.lastRecord);
  return {
    event: { ...event, eventId: `missing-${bin}-${hashText(name)}`, time: toEpochNanos(bin) },
    surprise: -Math.log(probability),
    badness: 0,
    evidence: [{ kind: 'missing', probability, sentence }],
    count: 0,
  };
}

function missingProbability({ longest, showings }: ShareStatistics, expected: number): number {
  const beyond = (expected - longest) / Math.max(smallestScale, longest);
  return Math.max(smallestProbability, Math.exp(-beyond) / (Math.min(showings, memoryBins) + 1));
}
