import { severityWord } from '@culprit/scoring';
import type { Anomaly } from '@culprit/scoring';
import { isUnsaid } from './absence.js';
import type { Core } from './core.js';
import type { Candidate } from './ranking.js';
import type { EventRole } from './report.js';

/** Badness from which a line tells of trouble, however mildly. */
const troubleBits = 1;
const momentMillis = 60_000;

/**
 * The part an event plays. Whatever says that something is wrong, or is missing, is a symptom, also where it was
 * logged a moment before the line that explains it; what lies well before the onset, or is not bad, is context.
 */
export function roleOf(one: Candidate, { cause, symptom, onset }: Core): EventRole {
  if (one === cause) return 'cause';
  if (one.time < onset - momentMillis) return 'context';
  const isTrouble = one.anomaly.badness >= troubleBits || isUnsaid(one.anomaly);
  return one === symptom || isTrouble ? 'symptom' : 'context';
}

/** Why an event is in the core: its evidence, and what the incident as a whole adds, each said once. */
export function reasonsOf(one: Candidate, core: Core): string[] {
  const reasons = evidenceReasons(one.anomaly);
  if (one === core.cause && one.change === 'unknown')
    reasons.push(one.isFirst ? 'a change, before anything else went wrong' : 'a change');
  else if (one === core.cause && one.isFirst) reasons.push('the first that went wrong');
  if (one === firstNamed(one, core)) reasons.push('named by others in trouble');
  return reasons;
}

/** What was unusual, strongest first. A bare level is left out where there is more to say: it stands beside the event. */
export function evidenceReasons({ event, evidence }: Anomaly): string[] {
  const level = severityWord(event.severity);
  const sentences = evidence.map(({ sentence }) => sentence);
  const telling = sentences.filter((sentence) => sentence !== level);
  return telling.length > 0 ? telling : sentences;
}

/** Of the events of one program only the first says that others name it. */
function firstNamed({ anomaly }: Candidate, { events }: Core): Candidate | undefined {
  const { logType } = anomaly.event.source;
  return events.find((other) => other.isNamed && other.anomaly.event.source.logType === logType);
}
