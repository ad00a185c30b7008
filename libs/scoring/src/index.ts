export { binMillis } from './structured-event.js';
export type {
  EventSource,
  StructuredBatch,
  StructuredEvent,
  TemplateAlias,
  TemplateCount,
} from './structured-event.js';
export { anomalySurprise, relatedSurprise } from './anomaly.js';
export type { Anomaly, AnomalyBatch, Evidence, EvidenceKind, LogTypeActivity } from './anomaly.js';
