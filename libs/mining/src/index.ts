export type { TemplateChange, TemplateSnapshotInfo } from './template.js';
export { TemplateMiner } from './template-miner.js';
export type { MinerNotices, TemplateMinerOptions } from './template-miner.js';
export { LineCache } from './line-cache.js';
export { parameterNameOf } from './parameter-name.js';
export { parameterTypeOf } from './parameter-type.js';
export type { ParameterType } from './parameter-type.js';
export { mergeTables } from './merge-tables.js';
