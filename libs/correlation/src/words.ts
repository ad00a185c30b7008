import { formatRfc3339, toEpochMillis } from '@culprit/kernel';
import { formatDuration, severityWord } from '@culprit/scoring';
import type { Anomaly } from '@culprit/scoring';
import { readableText, shorten } from './readable.js';
import type { Story } from './story.js';

const maxTitle = 100;

/** Title from the text of the cause: `orders: connection refused …`, at most 100 characters. */
export function titleOf({ core }: Story): string {
  const { anomaly } = core.cause;
  const isSilent = anomaly.evidence.some(({ kind }) => kind === 'silence' || kind === 'missing');
  const prefix = `${shorten(anomaly.event.source.logType, 40)}: ${isSilent ? 'stopped: ' : ''}`;
  return shorten(prefix + readableText(anomaly, maxTitle), maxTitle);
}

/** Two or three sentences; every claim is read off an event of the report. */
export function summaryOf(story: Story): string {
  const { cause, symptom, events } = story.core;
  const sentences = [`At ${clockOf(cause.anomaly)} ${quote(cause.anomaly)}${because(cause.anomaly)}.`];
  if (symptom !== undefined) {
    const seconds = (symptom.time - cause.time) / 1000;
    const after =
      seconds >= 1
        ? `${formatDuration(seconds)} later`
        : seconds <= -1
          ? `${formatDuration(-seconds)} before`
          : 'At the same time';
    sentences.push(`${after} ${quote(symptom.anomaly)}${because(symptom.anomaly)}.`);
  }
  const logTypes = story.logTypes.length === 1 ? '1 log type' : `${story.logTypes.length} log types`;
  const lines = events.length === 1 ? '1 event' : `${events.length} events`;
  sentences.push(
    `${lines} from ${logTypes} tell the story; ${story.relatedCounts[1]} are related at the first zoom.`,
  );
  return sentences.join(' ');
}

function quote(anomaly: Anomaly): string {
  const { event } = anomaly;
  const isSilent = anomaly.evidence.some(({ kind }) => kind === 'silence' || kind === 'missing');
  const level = severityWord(event.severity);
  const verb = isSilent ? 'no longer said' : level === '' ? 'said' : `(${level}) said`;
  return `${event.source.logType} ${verb} “${readableText(anomaly, 140)}”`;
}

function because({ evidence }: Anomaly): string {
  const [first] = evidence.filter(({ kind }) => kind !== 'severity');
  return first === undefined ? '' : ` (${first.sentence})`;
}

function clockOf({ event }: Anomaly): string {
  return toEpochMillis(event.time) === 0 ? 'an unknown time' : formatRfc3339(event.time).slice(11, 19);
}
