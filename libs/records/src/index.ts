export type { StreamDescriptor } from './stream.js';
export type { RawLogBatch } from './raw-log-batch.js';
export { recordFlags } from './record-batch.js';
export type { RecordBatch } from './record-batch.js';
