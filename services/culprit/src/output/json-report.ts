import { reportToJson, type RootCauseReport } from '@culprit/correlation';
import { formatRfc3339, toEpochNanos } from '@culprit/kernel';
import type { FinishedAnalysis } from '../input/analyze-files.js';

/** Version of the JSON written by `analyze --report json`; docs/REPORT-JSON.md describes it. */
export const reportJsonVersion = 1;

/** The documented JSON of an analysis, with a line feed at the end. Same input, same bytes. */
export function formatAnalysisJson(
  { analysis, input }: FinishedAnalysis,
  reports: readonly RootCauseReport[],
): string {
  const summary = analysis.summary();
  const document = {
    version: reportJsonVersion,
    input: {
      lines: input.lines,
      bytes: input.bytes,
      start: timeText(summary.startMillis),
      end: timeText(summary.endMillis),
      logTypes: summary.logTypes,
      templates: summary.templates,
    },
    reports: reports.map((report) => reportToJson(report)),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function timeText(millis: number | undefined): string | null {
  return millis === undefined ? null : formatRfc3339(toEpochNanos(millis));
}
