import type { EpochMillis } from '@culprit/kernel';

/** Faults of the Sock Shop that detection may be developed on. */
export const developmentFaultKinds = [
  'network-corruption',
  'db-down',
  'bad-deploy',
  'disk-full',
  'dns-failure',
  'secret-rotated',
  'queue-blocked',
  'config-typo',
] as const;

/** Faults of the Sock Shop that only judge: no rule, word or threshold may come from them. */
export const heldOutFaultKinds = [
  'packet-loss',
  'user-db-delayed',
  'pod-killed',
  'cpu-starved',
  'certificate-expired',
  'heap-exhausted',
  'consumer-hung',
  'tags-lost',
  'index-dropped',
] as const;

/** Every fault the Sock Shop scenario can plant. */
export const faultKinds = [...developmentFaultKinds, ...heldOutFaultKinds] as const;

/** A fault that can be planted in the Sock Shop scenario. */
export type FaultKind = (typeof faultKinds)[number];

/** One line as a collector would deliver it. */
export interface ScenarioLine {
  /** Event time, milliseconds since the epoch. */
  readonly timeMillis: number;
  /** One JSON object without line feed, ready to be a line of NDJSON. */
  readonly json: string;
}

/** Recognises a planted line: every substring must occur in its text, and the pattern, where there is one, must match. */
export interface LineMatcher {
  /** Short name for tables and failure messages. */
  readonly name: string;
  /**
   * Where the line is written: `namespace/workload`, `k8s-events`, or `node/<program>` for node syslog; on virtual
   * machines the file, `host/name` without numbers of hosts and rotations.
   */
  readonly logType: string;
  readonly contains: readonly string[];
  /** For what substrings cannot say: a number beyond a limit. */
  readonly pattern?: RegExp;
  /** True when a healthy day has such lines too: a rollout of the same deployment, a line that stops. */
  readonly occursWhenHealthy?: boolean;
}

/** Something that looks like trouble and is not. */
export interface Decoy {
  readonly at: EpochMillis;
  readonly description: string;
  readonly whyNot: string;
}

/** The answer key of a scenario; nothing of it is written into the lines. */
export interface GroundTruth<Kind extends string = FaultKind> {
  readonly fault: Kind | 'none';
  /** First moment at which a line is caused by the fault; the end of the scenario when there is none. */
  readonly onset: EpochMillis;
  /** Moment at which the fault is repaired; its after-effects last a little longer. */
  readonly end: EpochMillis;
  /** `namespace/workload`, `node/<name>` or a program where the fault sits; empty for a control. */
  readonly culprit: string;
  /** Lines written by what went wrong first. */
  readonly rootLines: readonly LineMatcher[];
  /** Lines written by what broke after it. */
  readonly symptomLines: readonly LineMatcher[];
  /** Benign events, in order of time, control and fault alike. */
  readonly decoys: readonly Decoy[];
}

/** A stretch of logs with a known answer. */
export interface Scenario {
  readonly start: EpochMillis;
  readonly end: EpochMillis;
  readonly groundTruth: GroundTruth;
  /**
   * The lines in order of delivery: event time plus a fixed lag per stream below 100 ms.
   * Each call starts the same sequence from its beginning.
   */
  lines(): Generator<ScenarioLine>;
}

/** True when a line's text shows everything the matcher asks for. */
export function matchesLine(matcher: LineMatcher, text: string): boolean {
  return (
    matcher.contains.every((part) => text.includes(part)) &&
    (matcher.pattern === undefined || matcher.pattern.test(text))
  );
}
