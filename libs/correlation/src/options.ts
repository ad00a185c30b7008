/** Settings of the correlator; the defaults are meant for every environment. */
export interface CorrelationOptions {
  /** The one knob for users: how many reports a day chance alone may give, > 0. */
  readonly falseReportsPerDay: number;
  /** Time after the first record of an environment in which everything is new and nothing is reported, ms. */
  readonly learningMillis: number;
  /** Reports that may be opened per hour while calibration has less than a day of history. */
  readonly maxReportsPerHour: number;
  /** From the opening of an incident to its first report, ms: the time in which the picture settles. */
  readonly settleMillis: number;
  /** Without news for this long an incident is over, ms. */
  readonly quietMillis: number;
  /** Open incidents per environment; above, new ones are suppressed and counted. */
  readonly maxOpenIncidents: number;
  /** Anomalies kept per environment; above, the oldest go and are counted. */
  readonly maxRecentAnomalies: number;
}

export const defaultCorrelationOptions: CorrelationOptions = {
  falseReportsPerDay: 0.5,
  learningMillis: 600_000,
  maxReportsPerHour: 3,
  settleMillis: 45_000,
  quietMillis: 300_000,
  maxOpenIncidents: 50,
  maxRecentAnomalies: 20_000,
};
