import type { Anomaly } from '@culprit/scoring';

/** Names a template of a log type, as key of a table. */
export function templateKey({ event }: Anomaly): string {
  return `${event.source.logType}\u0000${event.templateId}`;
}
