import { toDisplayText } from '@culprit/kernel';
import { useQuery } from '@tanstack/react-query';
import type { IncidentJson } from '@culprit/service-query/module';
import { anomalyHistogramQuery, type AnomalyFilter } from '../api/queries.js';
import { anomalyCounts } from '../chart/anomaly-counts.js';
import { barsHeight, TimeHistogram } from '../chart/time-histogram.js';
import { toMillis } from '../time/format-time.js';

const maxBars = 150;

interface AnomalyTimelineProps {
  readonly filter: AnomalyFilter;
  readonly reports: readonly IncidentJson[];
  readonly onRange: (from: number, to: number) => void;
}

/** Anomalies by time with the reports over them: when it was quiet, and when it was not. */
export function AnomalyTimeline({ filter, reports, onRange }: AnomalyTimelineProps) {
  const { data } = useQuery(anomalyHistogramQuery(filter, maxBars));
  if (data === undefined || data.from === null) return null;
  const counts = anomalyCounts(data);
  const inside = reports
    .map((report) => ({ ...report, millis: toMillis(report.start) }))
    .filter(({ millis }) => millis >= counts.from && millis <= counts.to);
  return (
    <TimeHistogram
      unit="anomalies"
      counts={counts}
      series={[{ name: 'anomaly', label: 'anomalies' }]}
      onRange={onRange}
      over={(xOf) =>
        inside.map(({ id, millis, title, significance }) => (
          <g
            key={id}
            className={`timeline-report significance-${significance}`}
            transform={`translate(${xOf(millis)} 0)`}
          >
            <title>{toDisplayText(title)}</title>
            <line y2={barsHeight} />
            <path d="M-4 -5H4L0 2Z" />
          </g>
        ))
      }
    >
      <p className="time-histogram-legend">
        <span>
          <span className="swatch swatch-anomaly" aria-hidden="true" />
          anomalies by time
        </span>
        <span>▼ reports</span>
      </p>
    </TimeHistogram>
  );
}
