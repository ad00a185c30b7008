import type { Anomaly } from '@culprit/scoring';

/** True if the anomaly is something missing instead of something said. */
export function isAbsence(anomaly: Anomaly): boolean {
  const [strongest] = anomaly.evidence;
  return strongest !== undefined && (strongest.kind === 'silence' || strongest.kind === 'rate-down');
}
