import { useQuery } from '@tanstack/react-query';
import type { IncidentJson } from '@culprit/service-query/module';
import { useRef } from 'react';
import { anomalyHistogramQuery } from '../api/queries.js';
import { usePreferences } from '../app/preferences.js';
import { addressRange } from '../app/time-range.js';
import { useIsSeen } from '../app/use-is-seen.js';
import { anomalyCounts } from '../chart/anomaly-counts.js';
import { stackedBars, type TimeCounts } from '../chart/time-bars.js';
import { formatClock, formatSpan, toMillis } from '../time/format-time.js';
import { rateWindow } from './rate-window.js';

const width = 150;
const height = 30;
const maxBars = 50;

/** How many anomalies there were by time, before, during and after an incident; read once one gets near it. */
export function RateSparkline({ report }: { readonly report: IncidentJson }) {
  const frame = useRef<HTMLDivElement>(null);
  const isSeen = useIsSeen(frame);
  const { environment } = report;
  const [start, end] = [toMillis(report.start), toMillis(report.end)];
  const window = rateWindow(start, end);
  const { data } = useQuery({
    ...anomalyHistogramQuery({ environment, ...addressRange(window.from, window.to) }, maxBars),
    enabled: isSeen,
    // What happened does not change; a new revision of the report has a window of its own.
    staleTime: 60_000,
  });
  return (
    <div ref={frame} className="rate">
      {data === undefined || data.total === 0 ? null : (
        <Sparkline counts={anomalyCounts(data)} start={start} end={end} />
      )}
    </div>
  );
}

interface SparklineProps {
  readonly counts: TimeCounts;
  readonly start: number;
  readonly end: number;
}

function Sparkline({ counts, start, end }: SparklineProps) {
  const { zone } = usePreferences();
  const xOf = (millis: number): number => ((millis - counts.from) / (counts.to - counts.from)) * width;
  const barWidth = Math.max(1, xOf(counts.from + counts.bucketMillis) - 0.75);
  const bars = stackedBars(counts, height);
  const most = counts.buckets.reduce((a, b) => ((b.counts[0] ?? 0) > (a.counts[0] ?? 0) ? b : a));
  const text = `at most ${most.counts[0]} anomalies in ${formatSpan(counts.bucketMillis)}, at ${formatClock(most.time, zone)}`;
  return (
    <svg role="img" aria-label={text} width={width} height={height}>
      <title>{text}</title>
      <rect
        className="rate-incident"
        x={xOf(start)}
        width={Math.max(2, xOf(end) - xOf(start))}
        height={height}
      />
      {counts.buckets.map(({ time }, i) =>
        (bars[i] ?? []).map((part) => (
          <rect
            key={time}
            className={time + counts.bucketMillis > start && time <= end ? 'rate-bar is-inside' : 'rate-bar'}
            x={xOf(time)}
            y={part.y}
            width={barWidth}
            height={part.height}
          />
        )),
      )}
    </svg>
  );
}
