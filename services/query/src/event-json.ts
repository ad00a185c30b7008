import { formatRfc3339 } from '@culprit/kernel';
import { recordFlags } from '@culprit/records';
import { severityWord } from '@culprit/scoring';
import type { StoredEvent } from '@culprit/store';

/** A stored log record of the API. */
export interface EventJson {
  readonly eventId: string;
  /** RFC 3339 with nanoseconds. */
  readonly time: string;
  readonly environment: string;
  readonly logType: string;
  readonly namespace: string;
  readonly service: string;
  readonly pod: string;
  readonly container: string;
  readonly host: string;
  /** TRACE, DEBUG, INFO, WARN, ERROR, FATAL, or empty for unknown. */
  readonly severity: string;
  readonly severityNumber: number;
  readonly templateId: string;
  /** Exactly as it came; control characters included, so escape it for display. */
  readonly body: string;
  readonly attributes: unknown;
  /** What was done to the record, for example `truncated`. */
  readonly flags: readonly string[];
}

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
