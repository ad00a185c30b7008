export { eventIdOf } from './event-rows.js';
export type { EventRows, TemplateRow } from './event-rows.js';
export { TemplateCatalog } from './template-catalog.js';
export type { CatalogTemplate, TemplateTotals } from './template-catalog.js';
export { StructuringStage } from './structuring-stage.js';
export type { Structured, StructuringOptions } from './structuring-stage.js';
export { Analysis } from './analysis.js';
export type { AnalysisOptions, AnalysisSummary } from './analysis.js';
