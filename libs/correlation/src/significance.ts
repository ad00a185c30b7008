import type { Anomaly } from '@culprit/scoring';
import { failureBits } from './failure-bits.js';
import { isAbsence } from './absence.js';
import type { Alarm } from './detectors.js';
import { timeOf } from './onset.js';
import type { Significance } from './report.js';
import type { Story } from './story.js';

/** Badness of a line that says with a level or a verdict of its own that something failed. */
const graveBits = 3;
const unusualSurprise = 3.5;
/** Reports a day that chance may explain at most, for high significance. */
const expectedPerDay = 0.25;
/** Failures further from the first one may be another story. */
const togetherMillis = 120_000;
/** Minutes in which failures were told, from which they are no blip. */
const lastingMinutes = 3;

/**
 * How sure we are that somebody should look: by how many programs say that something fails, how bad they say it is, and
 * whether it lasts.
 *
 * Without any failure it is low for one or two log types and medium for more; grave or lasting failures are medium;
 * failures of several programs, or of one while others fall silent, that are many, grave or lasting are high unless
 * chance does as much every few days. A crash is high. A roll-out in which one program complains is never high: it is being worked on.
 */
export function significanceOf(
  { alarm, falseReportsPerDay }: { readonly alarm: Alarm; readonly falseReportsPerDay: number },
  story: Story,
): Significance {
  const core = story.core.events.map(({ anomaly }) => anomaly);
  const failures = core.filter((anomaly) => isFailure(anomaly) && anomaly.surprise >= unusualSurprise);
  const began = Math.min(...failures.map((anomaly) => timeOf(anomaly)));
  const together = failures.filter((anomaly) => timeOf(anomaly) <= began + togetherMillis);
  const failing = new Set(together.map(({ event }) => event.source.logType));
  const isRollout = story.core.events.some(({ change }) => change === 'ordinary') && failing.size < 2;
  if (alarm.detector === 'fatal' && !isRollout) return 'high';
  if (!core.some(isFailure)) return story.logTypes.length < 3 || isRollout ? 'low' : 'medium';
  const grave = failures.filter(({ badness }) => badness >= graveBits);
  const isLasting = minutesOf(story.failures) >= lastingMinutes;
  const isMuch = grave.length >= 2 || together.length >= 3 || isLasting;
  const silent = new Set(core.filter((one) => isAbsence(one)).map(({ event }) => event.source.logType));
  const isBroad = failing.size >= 2 || (failing.size === 1 && silent.size >= 2);
  if (isBroad && isMuch && falseReportsPerDay < expectedPerDay && !isRollout) return 'high';
  return grave.length > 0 || failures.length >= 2 || isLasting ? 'medium' : 'low';
}

/** True if the event says that something failed. */
export function isFailure(anomaly: Anomaly): boolean {
  return anomaly.badness >= failureBits && !isAbsence(anomaly);
}

/** In how many minutes there was one of these. */
function minutesOf(anomalies: readonly Anomaly[]): number {
  return new Set(anomalies.map((anomaly) => Math.floor(timeOf(anomaly) / 60_000))).size;
}
