import { hashText, toEpochMillis } from '@culprit/kernel';
import type { EnvironmentName, EpochNanos } from '@culprit/kernel';
import { compareEvents } from '@culprit/scoring';
import type { Anomaly } from '@culprit/scoring';
import type { IncidentTypeRecord } from './fingerprint.js';
import { recognise } from './fingerprint.js';
import { extendTo, openIncident, reportOf } from './incident.js';
import { timeOf } from './onset.js';
import type { RootCauseReport } from './report.js';
import { tellStory } from './story.js';
import { templateKey } from './template-key.js';

/** Where to look. */
export interface ScanOptions {
  readonly at: EpochNanos;
  readonly environment: EnvironmentName;
  /** Anomalies earlier than this before `at` are not looked at, ms. */
  readonly beforeMillis?: number;
  readonly afterMillis?: number;
}

const clusterMillis = 180_000;
const usefulSurprise = 3;
/** Sums that differ by less are equal: they were added up in another order. */
const smallestDifference = 1e-9;

/**
 * The best story around a time somebody asks about, without any threshold: the three minutes with the most surprise.
 *
 * @param anomalies of the environment, any order
 * @returns undefined where nothing unusual happened in the window. Deterministic; O(n log n)
 */
export function scanAt(anomalies: readonly Anomaly[], options: ScanOptions): RootCauseReport | undefined {
  const at = toEpochMillis(options.at);
  const from = at - (options.beforeMillis ?? 1_200_000);
  const until = at + (options.afterMillis ?? 600_000);
  const inWindow = anomalies
    .filter(({ event }) => event.source.environment === options.environment)
    .filter((anomaly) => timeOf(anomaly) >= from && timeOf(anomaly) <= until)
    .toSorted((a, b) => compareEvents(a.event, b.event));
  const openedAt = densest(inWindow);
  if (openedAt === undefined) return undefined;
  const cluster = inWindow.filter(
    (one) => Math.abs(timeOf(one) - openedAt) <= clusterMillis && one.surprise >= usefulSurprise,
  );
  const members = [...new Set(cluster.map(({ event }) => event.source.logType))];
  const story = tellStory({ anomalies: inWindow, members, openedAt, until });
  if (story === undefined) return undefined;
  const incident = openIncident(
    { detector: 'scan', score: 0, members, isAbsence: false },
    {
      environment: options.environment,
      at: openedAt,
      settleMillis: 0,
      falseReportsPerDay: Infinity,
      isProvisional: true,
      isWeak: true,
    },
  );
  const types = new Map<string, IncidentTypeRecord>();
  incident.type = { id: recognise(types, story).id, occurrence: 1, previous: undefined };
  incident.revision = 1;
  incident.createdAt = until;
  extendTo(incident, story, { at: until, isOpen: false });
  const report = reportOf(incident, story, until);
  return {
    ...report,
    incidentId: hashText(`scan\u0000${report.incidentId}\u0000${at}`) as RootCauseReport['incidentId'],
  };
}

/** End of the three minutes whose distinct templates are most surprising together; the first of equals. O(n). */
function densest(anomalies: readonly Anomaly[]): number | undefined {
  const window = new TemplateWindow();
  let best: number | undefined;
  let bestGain = 0;
  let start = 0;
  for (const last of anomalies) {
    window.add(last);
    for (let first = anomalies[start]; first !== undefined; first = anomalies[start]) {
      if (timeOf(first) > timeOf(last) - clusterMillis) break;
      window.remove(first);
      start += 1;
    }
    if (window.gain > bestGain + smallestDifference) {
      bestGain = window.gain;
      best = timeOf(last);
    }
  }
  return best;
}

/** The sum, over the templates of a sliding window, of the largest surprise each has in it. Amortised O(1) a step. */
class TemplateWindow {
  gain = 0;
  /** Per template the anomalies that may still become its largest: falling surprise, in order of arrival. */
  readonly #peaksByTemplate = new Map<string, Anomaly[]>();

  add(anomaly: Anomaly): void {
    const key = templateKey(anomaly);
    const peaks = this.#peaksByTemplate.get(key) ?? [];
    const before = gainOf(peaks[0]);
    while (peaks.length > 0 && gainOf(peaks.at(-1)) <= gainOf(anomaly)) peaks.pop();
    peaks.push(anomaly);
    this.#peaksByTemplate.set(key, peaks);
    this.gain += gainOf(peaks[0]) - before;
  }

  /** @param anomaly the oldest one that was added and not removed */
  remove(anomaly: Anomaly): void {
    const peaks = this.#peaksByTemplate.get(templateKey(anomaly));
    if (peaks?.[0] !== anomaly) return;
    peaks.shift();
    this.gain += gainOf(peaks[0]) - gainOf(anomaly);
  }
}

function gainOf(anomaly: Anomaly | undefined): number {
  return anomaly === undefined ? 0 : Math.max(0, anomaly.surprise - usefulSurprise);
}
