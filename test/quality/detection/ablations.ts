import type { Anomaly, AnomalyBatch, Evidence, EvidenceKind } from '@culprit/scoring';
import type { Variant } from './run-case.js';

const ABSENCES: readonly EvidenceKind[] = ['silence', 'rate-down'];
const LEAST_PROBABILITY = 1e-9;
const HIGHEST_SURPRISE = -Math.log(LEAST_PROBABILITY);

/** The detector without one of its parts, by the name of the part. */
export const ablations: readonly Variant[] = [
  { name: 'without novelty', transform: without('novelty') },
  { name: 'without rarity', transform: without('rarity') },
  { name: 'without rates', transform: without('rate-up', 'rate-down') },
  { name: 'without silence', transform: without(...ABSENCES) },
  { name: 'without values', transform: without('parameter') },
  { name: 'without badness', transform: (batch) => mapAnomalies(batch, withoutBadness) },
];

function without(...kinds: readonly EvidenceKind[]): (batch: AnomalyBatch) => AnomalyBatch {
  return (batch) => mapAnomalies(batch, (anomaly) => withoutKinds(anomaly, kinds));
}

function mapAnomalies(batch: AnomalyBatch, change: (anomaly: Anomaly) => Anomaly | undefined): AnomalyBatch {
  const anomalies = batch.anomalies.flatMap((anomaly) => {
    const changed = change(anomaly);
    return changed === undefined ? [] : [changed];
  });
  return { ...batch, anomalies };
}

/**
 * The anomaly as if some tests were never made: its surprise falls by the logarithm of how much less probable the
 * best of them was than the best that is left. What rests on them alone is no anomaly.
 */
export function withoutKinds<Tested extends Pick<Anomaly, 'evidence' | 'surprise'>>(
  anomaly: Tested,
  kinds: readonly EvidenceKind[],
): Tested | undefined {
  const evidence = anomaly.evidence.filter(({ kind }) => !kinds.includes(kind));
  if (evidence.length === anomaly.evidence.length) return anomaly;
  if (evidence.length === 0) return undefined;
  const loss = Math.log(leastProbable(evidence) / leastProbable(anomaly.evidence));
  return { ...anomaly, evidence, surprise: Math.max(0, anomaly.surprise - loss) };
}

/** The anomaly as if nobody had read how bad the line says it is: what is improbable counts alone. */
export function withoutBadness(anomaly: Anomaly): Anomaly | undefined {
  const evidence = anomaly.evidence.filter(({ kind }) => kind !== 'severity');
  if (evidence.length === 0) return undefined;
  const surprise = Math.min(HIGHEST_SURPRISE, -Math.log(leastProbable(evidence)));
  return { ...anomaly, evidence, surprise, badness: 0 };
}

function leastProbable(evidence: readonly Evidence[]): number {
  return evidence.reduce(
    (least, { probability }) => Math.min(least, Math.max(probability, LEAST_PROBABILITY)),
    1,
  );
}
