import { hashText } from '@culprit/kernel';
import type { IncidentTypeId } from '@culprit/kernel';
import type { EventSource } from '@culprit/scoring';

/** Labels of an event that a mute may name. */
export const muteLabels = ['namespace', 'logType', 'service', 'container', 'host', 'pod'] as const;

/** One of {@link muteLabels}. */
export type MuteLabel = (typeof muteLabels)[number];

/** What a person decided about a kind of incident, or about everything with certain labels. */
export type IncidentDecision = DecidedOn &
  (
    | {
        /** `alert`: always told. `useful`: never taken for a routine. `routine`: part of normal life, not told. */
        readonly kind: 'alert' | 'useful' | 'routine';
        readonly incidentType: IncidentTypeId;
      }
    | {
        readonly kind: 'same-as';
        readonly incidentType: IncidentTypeId;
        /** The kind it is counted as from now on. */
        readonly other: IncidentTypeId;
      }
    | { readonly kind: 'mute'; readonly incidentType: IncidentTypeId; readonly untilMillis: number }
    | {
        readonly kind: 'mute-labels';
        /** All of them must be as given; not empty. */
        readonly labels: Readonly<Partial<Record<MuteLabel, string>>>;
        readonly untilMillis: number;
      }
  );

interface DecidedOn {
  /** Empty for every environment. */
  readonly environment: string;
  /** Why, for those who find it later. */
  readonly reason: string;
}

/** A decision set, replaced or (undefined) taken back; the highest version counts, in whatever order they come. */
export interface DecisionChange {
  readonly decisionId: string;
  readonly version: number;
  readonly decision: IncidentDecision | undefined;
}

/** Most decisions that are kept. */
export const maxDecisions = 1_000;
const maxText = 2_000;

/** Follows from what the decision is about: setting one again replaces it. */
export function decisionIdOf(decision: IncidentDecision): string {
  const { environment } = decision;
  if (decision.kind === 'mute-labels') {
    const labels = muteLabels.map((label) => decision.labels[label] ?? '');
    return hashText(JSON.stringify(['labels', environment, ...labels]));
  }
  const isStanding = ['alert', 'useful', 'routine'].includes(decision.kind);
  const about = isStanding ? 'standing' : decision.kind;
  return hashText(JSON.stringify([about, environment, decision.incidentType]));
}

/** What is wrong with a decision; undefined for a sound one. */
export function problemOfDecision(decision: IncidentDecision): string | undefined {
  if (decision.environment.length > maxText || decision.reason.length > maxText) return 'too long';
  if (decision.kind === 'mute-labels') {
    const values = muteLabels.flatMap((label) => decision.labels[label] ?? []);
    if (values.length === 0) return 'expected at least one label';
    return values.some((value) => value === '' || value.length > maxText)
      ? 'a label is empty or too long'
      : undefined;
  }
  if (decision.incidentType === '') return 'expected an incident type';
  if (decision.kind === 'same-as' && decision.other === decision.incidentType)
    return 'a kind cannot be the same as itself';
  return undefined;
}

/** Takes in changes; beyond {@link maxDecisions} new ones are refused. @returns how many were refused */
export function applyDecisions(
  known: Map<string, DecisionChange>,
  changes: readonly DecisionChange[],
): number {
  let refused = 0;
  for (const change of changes) {
    const before = known.get(change.decisionId);
    if (before !== undefined && before.version >= change.version) continue;
    if (before === undefined && known.size >= maxDecisions) refused += 1;
    else known.set(change.decisionId, change);
  }
  return refused;
}

/** What was decided about a kind of incident of an environment. */
export interface Standing {
  readonly isAlert: boolean;
  readonly isUseful: boolean;
  readonly isRoutine: boolean;
  readonly isMuted: boolean;
}

/** The standing of an incident type at an event time (ms). O(decisions) */
export function standingOf(
  known: ReadonlyMap<string, DecisionChange>,
  one: { readonly environment: string; readonly incidentType: string; readonly at: number },
): Standing {
  const kinds = new Set<string>();
  for (const { decision } of known.values()) {
    if (decision === undefined || !isAbout(decision, one)) continue;
    if (decision.kind !== 'mute' || decision.untilMillis > one.at) kinds.add(decision.kind);
  }
  return {
    isAlert: kinds.has('alert'),
    isUseful: kinds.has('useful'),
    isRoutine: kinds.has('routine'),
    isMuted: kinds.has('mute'),
  };
}

/** The incident type that one is counted as; one step, so that a circle leads nowhere. */
export function aliasOf(
  known: ReadonlyMap<string, DecisionChange>,
  one: { readonly environment: string; readonly incidentType: string },
): IncidentTypeId | undefined {
  for (const { decision } of known.values())
    if (decision?.kind === 'same-as' && isAbout(decision, one)) return decision.other;
  return undefined;
}

/** True if events with these labels are not to be told of at an event time (ms). O(decisions) */
export function isMutedByLabels(
  known: ReadonlyMap<string, DecisionChange>,
  source: EventSource,
  at: number,
): boolean {
  for (const { decision } of known.values()) {
    if (decision?.kind !== 'mute-labels' || decision.untilMillis <= at) continue;
    if (decision.environment !== '' && decision.environment !== source.environment) continue;
    const { labels } = decision;
    if (muteLabels.every((label) => labels[label] === undefined || labels[label] === source[label]))
      return true;
  }
  return false;
}

function isAbout(
  decision: IncidentDecision,
  one: { readonly environment: string; readonly incidentType: string },
): boolean {
  if (decision.kind === 'mute-labels' || decision.incidentType !== one.incidentType) return false;
  return decision.environment === '' || decision.environment === one.environment;
}
