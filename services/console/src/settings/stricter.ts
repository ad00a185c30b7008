/** What a setting of false reports a day would have left of some reports. */
export interface Strictness {
  readonly falseReportsPerDay: number;
  readonly expectedPerWeek: number;
  readonly remaining: number;
}

const settings: readonly number[] = [1, 0.5, 0.2, 0.1, 0.05, 0.01];

/**
 * How many of the reports that were written a stricter setting would have let pass. A looser one would have made more
 * than these, which nobody can count now.
 */
export function stricter(reports: readonly { readonly falseReportsPerDay: number }[]): readonly Strictness[] {
  return settings.map((falseReportsPerDay) => ({
    falseReportsPerDay,
    expectedPerWeek: falseReportsPerDay * 7,
    remaining: reports.filter((report) => report.falseReportsPerDay <= falseReportsPerDay).length,
  }));
}
