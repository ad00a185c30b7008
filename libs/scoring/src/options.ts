/** Settings of the scorer; the defaults are meant for every log system. */
export interface ScoringOptions {
  /** How long a bin stays open for stragglers after the slowest lane passed its end, ms of event time. */
  readonly allowedLatenessMillis: number;
  /** Lanes that must have spoken before any bin closes, >= 1. */
  readonly laneCount: number;
  /** A lane further behind the fastest than this no longer holds the others back, ms; Infinity waits for ever. */
  readonly maxLaneLagMillis: number;
  /** Log types remembered; the one silent for longest makes room. */
  readonly maxLogTypes: number;
  /** Templates remembered per log type; the one unseen for longest makes room. */
  readonly maxTemplatesPerLogType: number;
  /** Anomalies passed on per bin and environment; the most surprising are kept. */
  readonly maxAnomaliesPerBin: number;
}

export const defaultScoringOptions: ScoringOptions = {
  allowedLatenessMillis: 30_000,
  laneCount: 1,
  maxLaneLagMillis: Infinity,
  maxLogTypes: 5_000,
  maxTemplatesPerLogType: 4_000,
  maxAnomaliesPerBin: 330,
};
