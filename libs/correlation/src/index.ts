export type {
  DetectorKind,
  EventRole,
  Hallmark,
  ReportEvent,
  RootCauseReport,
  Significance,
} from './report.js';
