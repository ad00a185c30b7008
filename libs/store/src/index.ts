export { createEmbeddedStore } from './embedded-store.js';
export type { EmbeddedStoreOptions } from './embedded-store.js';
export { serveStore } from './http/serve-store.js';
export type { StoreFront, StoreFrontOptions } from './http/serve-store.js';
export { createServerStore } from './http/server-store.js';
export type { ServerStoreOptions } from './http/server-store.js';
export { EventEncoder } from './encoding/event-encoder.js';
export type { EncoderCounters } from './encoding/event-encoder.js';
export { pageOfTemplates } from './repositories/template-page.js';
export { probeEngine } from './chdb/probe-engine.js';
export type { StoreErrorCode } from './errors.js';
export type {
  AnomalyBucket,
  AnomalyFilter,
  AnomalyRepository,
  AnomalySearch,
  DecisionRepository,
  DocumentChange,
  DocumentKind,
  DocumentRepository,
  EventBucket,
  EventFilter,
  EventPage,
  EventRepository,
  EventSearch,
  EventSlice,
  EventWriter,
  EventWriterCounters,
  Feedback,
  FeedbackRepository,
  Histogram,
  IncidentTypeRepository,
  LogTypeOverview,
  OverviewRepository,
  PageRequest,
  PeekRequest,
  ReportHead,
  ReportPage,
  ReportRepository,
  ReportSearch,
  Store,
  StoredDocument,
  StoredEvent,
  StoredTemplate,
  StoreOverview,
  TemplatePage,
  TemplateRepository,
  TemplateRuleRepository,
  TemplateSearch,
  TemplateSort,
  TenantContext,
  TenantStore,
  TimeWindow,
} from './store.js';
export { createFileSnapshotStore } from './snapshot-store.js';
export type { FileSnapshotStoreOptions, Snapshot, SnapshotKey, SnapshotStore } from './snapshot-store.js';
