import { formatRfc3339 } from '@culprit/kernel';
import { recordFlags } from '@culprit/records';
import { severityWord } from '@culprit/scoring';
import type { StoredEvent } from '@culprit/store';
import { z } from 'zod';
import { named, severityName, time } from './answer-shapes.js';

/** A stored log record of the API. */
export const eventAnswer = named('Event', 'A stored log record', {
  eventId: z.string(),
  time,
  environment: z.string(),
  logType: z.string(),
  namespace: z.string(),
  service: z.string(),
  pod: z.string(),
  container: z.string(),
  host: z.string(),
  severity: severityName,
  severityNumber: z.int().min(0).max(24).describe('OpenTelemetry, 1 to 24; 0 unknown'),
  templateId: z.string(),
  body: z.string().describe('Exactly as it came; control characters included, so escape it for display'),
  attributes: z.unknown().describe('What the sender wrote beside the text'),
  flags: z.array(z.string()).readonly().describe('What was done to the record, for example `truncated`'),
});
export type EventJson = z.output<typeof eventAnswer>;

export function eventJson(event: StoredEvent): EventJson {
  const { environment, logType, namespace, service, pod, container, host } = event.source;
  return {
    eventId: event.eventId,
    time: formatRfc3339(event.time),
    environment,
    logType,
    namespace,
    service,
    pod,
    container,
    host,
    severity: severityWord(event.severity),
    severityNumber: event.severity,
    templateId: event.templateId,
    body: event.body,
    attributes: attributesOf(event.attributes),
    flags: Object.entries(recordFlags).flatMap(([name, bit]) => ((event.flags & bit) === 0 ? [] : [name])),
  };
}

/** Attributes are what a sender wrote; text that is no JSON is shown as it is. */
function attributesOf(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
