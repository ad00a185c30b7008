export type { Brand } from './brand.js';
export type { EnvironmentName, IncidentId, IncidentTypeId, LogTypeName, TemplateId } from './ids.js';
export { parseTemplateId, templateIdFromHalves } from './ids.js';
export type { EpochMillis, EpochNanos } from './time.js';
export {
  civilFromDays,
  daysFromCivil,
  formatRfc3339,
  subMillisNanos,
  toEpochMillis,
  toEpochNanos,
} from './time.js';
export { ByteReader, ByteWriter, decodeUtf8, encodeUtf8 } from './bytes.js';
export { AppError, assertNever } from './errors.js';
export type { AppErrorOptions } from './errors.js';
export type { Clock, Logger } from './ports.js';
export { errorSeverity } from './severity.js';
export { toDisplayText } from './display.js';
export { createRng } from './rng.js';
export type { Rng } from './rng.js';
export { hashText } from './hash.js';
export { unpackSnappy } from './snappy.js';
export { culpritVersion } from './version.js';
