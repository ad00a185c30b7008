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
export { compareEvents } from './event-order.js';
export { Scorer } from './scorer.js';
export type { ScoringCounters } from './scorer.js';
export { defaultScoringOptions } from './options.js';
export type { ScoringOptions } from './options.js';
export { formatDuration, severityWord } from './sentences.js';
export { decodeState, encodeState } from './state-codec.js';
