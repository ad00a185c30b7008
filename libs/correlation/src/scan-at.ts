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
    },
  );
  const types = new Map<string, IncidentTypeRecord>();
  incident.type = { id: recognise(types, story).id, occurrence: 1 };
  incident.revision = 1;
  incident.createdAt = until;
  extendTo(incident, story, { at: until, isOpen: false });
  const report = reportOf(incident, story, until);
  return {
    ...report,
    incidentId: hashText(`scan\u0000${report.incidentId}\u0000${at}`) as RootCauseReport['incidentId'],
  };
}

/** End of the three minutes whose distinct templates are most surprising together. */
function densest(anomalies: readonly Anomaly[]): number | undefined {
  let best: number | undefined;
  let bestGain = 0;
  for (let end = 0, start = 0; end < anomalies.length; end++) {
    const last = anomalies[end];
    if (last === undefined) break;
    while (timeOf(anomalies[start] ?? last) <= timeOf(last) - clusterMillis) start += 1;
    const gain = gainOf(anomalies.slice(start, end + 1));
    if (gain > bestGain) {
      bestGain = gain;
      best = timeOf(last);
    }
  }
  return best;
}

function gainOf(anomalies: readonly Anomaly[]): number {
  const best = new Map<string, number>();
  for (const { event, surprise } of anomalies) {
    const key = `${event.source.logType}\u0000${event.templateId}`;
    best.set(key, Math.max(best.get(key) ?? 0, surprise - usefulSurprise));
  }
  let gain = 0;
  for (const value of best.values()) gain += value;
  return gain;
}
