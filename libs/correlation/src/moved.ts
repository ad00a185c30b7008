import type { Anomaly } from '@culprit/scoring';

const movedProbability = 1e-7;

/** True for values that have moved and stay where they are: only these become so improbable, one value far out never does. */
export function hasMoved({ evidence }: Anomaly): boolean {
  return evidence.some(({ kind, probability }) => kind === 'parameter' && probability <= movedProbability);
}
