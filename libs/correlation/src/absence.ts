import type { Anomaly } from '@culprit/scoring';

/** True if the anomaly is something missing instead of something said. */
export function isAbsence(anomaly: Anomaly): boolean {
  const [strongest] = anomaly.evidence;
  return strongest !== undefined && (strongest.kind === 'silence' || strongest.kind === 'rate-down');
}

/** True if nothing was said: an absence, or a line that stays away while its program works on. */
export function isUnsaid(anomaly: Anomaly): boolean {
  return isAbsence(anomaly) || anomaly.evidence[0]?.kind === 'missing';
}
