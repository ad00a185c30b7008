export type {
  CloudWord,
  DetectorKind,
  EventRole,
  Hallmark,
  ReportEvent,
  RootCauseReport,
  Significance,
} from './report.js';
export { Correlator } from './correlator.js';
export type { CorrelationCounters, EnvironmentStatus, IncidentTypeSummary } from './correlator-state.js';
export { decisionIdOf, maxDecisions, muteLabels, problemOfDecision } from './decisions.js';
export type { DecisionChange, IncidentDecision, MuteLabel } from './decisions.js';
export { defaultCorrelationOptions } from './options.js';
export type { CorrelationOptions } from './options.js';
export { scanAt } from './scan-at.js';
export type { ScanOptions } from './scan-at.js';
export { reportToJson } from './report-json.js';
export type { HallmarkJson, ReportEventJson, ReportJson } from './report-json.js';
export { reportToMarkdown } from './report-markdown.js';
export type { MarkdownReport } from './report-markdown.js';
export { alternatesText, falseReportText, occurrenceText } from './report-words.js';
export type { ReportCertainty, ReportOccurrence } from './report-words.js';
