export type { TemplateChange, TemplateSnapshotInfo } from './template.js';
