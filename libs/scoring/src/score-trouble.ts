import type { TemplateId } from '@culprit/kernel';
import type { Anomaly, Evidence } from './anomaly.js';
import type { LogTypeBaseline } from './baseline.js';
import type { ObservedClock } from './liveness.js';
import { showingEvent } from './open-bins.js';
import type { BinEntry } from './open-bins.js';
import { severitySentence, troubleSentence } from './sentences.js';
import type { StructuredEvent } from './structured-event.js';
import { combineSurprise } from './surprise.js';
import { observeTrouble } from './trouble-rate.js';

/** Badness in bits from which a line without a severity counts as a failure: a stack trace, a crash. */
const failureBits = 3;

/** A log type in a bin that is being closed, after its templates were scored. */
export interface ClosingLogType {
  readonly logType: LogTypeBaseline;
  readonly bin: number;
  readonly clock: ObservedClock;
  readonly entries: readonly (readonly [TemplateId, BinEntry])[];
}

interface Failing {
  readonly event: StructuredEvent;
  readonly failures: number;
  readonly badness: number;
}

/**
 * Tests how many failures the log type reported, all templates together, and says it of the one that failed most: its
 * anomaly of this bin gains the evidence, or is made. O(templates of the bin).
 *
 * @param found anomalies of the bin so far; changed
 */
export function scoreTrouble(closing: ClosingLogType, found: Anomaly[]): void {
  const { logType, bin, clock } = closing;
  const failing = failingEntries(closing);
  const failures = failing.reduce((sum, one) => sum + one.failures, 0);
  const finding = observeTrouble(logType.trouble, { bin, binNumber: clock.binNumber, failures });
  const [first, ...rest] = failing;
  if (finding === undefined || first === undefined) return;
  const worst = rest.reduce((most, one) => (one.failures > most.failures ? one : most), first);
  const evidence: Evidence = {
    kind: 'rate-up',
    probability: finding.probability,
    sentence: troubleSentence(finding),
  };
  const surprise = combineSurprise([evidence], { badness: worst.badness, tests: 1, logType });
  const at = found.findIndex(({ event }) => event.eventId === worst.event.eventId);
  const known = found[at];
  if (known === undefined) found.push(troubleAnomaly(worst, { evidence, surprise }));
  else {
    const all = [...known.evidence, evidence].toSorted((a, b) => a.probability - b.probability);
    found[at] = { ...known, evidence: all, surprise: Math.max(known.surprise, surprise) };
  }
}

function failingEntries({ logType, entries }: ClosingLogType): Failing[] {
  return entries.flatMap(([templateId, entry]) => {
    const badness = logType.templates.get(templateId)?.badness ?? 0;
    const failures = entry.errorCount > 0 || badness < failureBits ? entry.errorCount : entry.count;
    const event = showingEvent(entry);
    return failures > 0 && event !== undefined ? [{ event, failures, badness }] : [];
  });
}

function troubleAnomaly(
  { event, failures, badness }: Failing,
  { evidence, surprise }: { readonly evidence: Evidence; readonly surprise: number },
): Anomaly {
  const said = severitySentence(event.severity, badness, event.hasStackTrace);
  const severity: Evidence[] = said === '' ? [] : [{ kind: 'severity', probability: 1, sentence: said }];
  return { event, surprise, badness, evidence: [evidence, ...severity], count: failures };
}
