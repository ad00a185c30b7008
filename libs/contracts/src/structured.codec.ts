import type { EpochMillis, EpochNanos } from '@culprit/kernel';
import type {
  EventSource,
  StructuredBatch,
  StructuredEvent,
  ControlChange,
  TemplateAlias,
  TemplateControl,
  TemplateCount,
} from '@culprit/scoring';
import { malformed } from './errors.js';
import type { Source } from './gen/culprit/common/v1/source.js';
import {
  StructuredBatch as WireBatch,
  type LogType,
  type StructuredEvent as WireEvent,
  TemplateControlKind as wireKinds,
  type TemplateAlias as WireAlias,
  type TemplateControl as WireControl,
  type TemplateCount as WireCount,
} from './gen/culprit/events/v1/structured.js';
import { IndexTable, sourceFromWire } from './source.codec.js';
import {
  at,
  decodeWire,
  templateIdFromWire,
  templateIdToWire,
  toMillisOrNever,
  toMillisOrBefore,
  toSafeInteger,
  toSeverity,
} from './wire.js';

/** Sources of a batch by object identity: producers share one object per stream. */
export type SourceTable = IndexTable<EventSource, Source>;
type LogTypeTable = IndexTable<string, LogType>;
type LogTypeKey = Pick<TemplateCount, 'environment' | 'logType'>;

/** Bytes of what structuring says about one raw batch. */
export function encodeStructuredBatch(batch: StructuredBatch): Uint8Array<ArrayBuffer> {
  const sources: SourceTable = new IndexTable();
  const logTypes: LogTypeTable = new IndexTable();
  return WireBatch.encode({
    lane: batch.lane,
    sequence: BigInt(batch.sequence),
    highestTimeMillis: batch.highestTime,
    counts: batch.counts.map((count) => countToWire(count, logTypes)),
    exemplars: batch.exemplars.map((event) => eventToWire(event, sources)),
    aliases: batch.aliases.map((alias) => aliasToWire(alias, logTypes)),
    controls: batch.controls.map((control) => controlToWire(control, logTypes)),
    sources: sources.items,
    logTypes: logTypes.items,
    isIdle: batch.isIdle ?? false,
  }).finish();
}

/** The inverse of {@link encodeStructuredBatch}. @throws AppError CULPRIT_CONTRACTS_MALFORMED */
export function decodeStructuredBatch(bytes: Uint8Array): StructuredBatch {
  const wire = decodeWire(WireBatch, bytes, 'structured batch');
  const sources = wire.sources.map(sourceFromWire);
  const logTypes = wire.logTypes.map((item) => ({ ...item }) as LogTypeKey);
  return {
    lane: wire.lane,
    sequence: toSafeInteger(wire.sequence, 'structured batch: sequence'),
    highestTime: toMillisOrBefore(wire.highestTimeMillis, 'structured batch: highest time'),
    counts: wire.counts.map((count) => countFromWire(count, logTypes)),
    exemplars: wire.exemplars.map((event) => eventFromWire(event, sources)),
    aliases: wire.aliases.map((alias) => aliasFromWire(alias, logTypes)),
    controls: wire.controls.map((control) => controlFromWire(control, logTypes)),
    ...(wire.isIdle ? { isIdle: true } : {}),
  };
}

export function eventToWire(event: StructuredEvent, sources: SourceTable): WireEvent {
  return {
    eventId: event.eventId,
    timeNanos: event.time,
    sourceIndex: sources.indexOf(event.source, () => event.source),
    severity: event.severity,
    templateId: templateIdToWire(event.templateId),
    message: event.message,
    body: event.body,
    parameters: [...event.parameters],
    hasStackTrace: event.hasStackTrace,
  };
}

export function eventFromWire(wire: WireEvent, sources: readonly EventSource[]): StructuredEvent {
  return {
    eventId: wire.eventId,
    time: wire.timeNanos as EpochNanos,
    source: at(sources, wire.sourceIndex, 'event: source'),
    severity: toSeverity(wire.severity, 'event'),
    templateId: templateIdFromWire(wire.templateId),
    message: wire.message,
    body: wire.body,
    parameters: wire.parameters,
    hasStackTrace: wire.hasStackTrace,
  };
}

function countToWire(count: TemplateCount, logTypes: LogTypeTable): WireCount {
  return {
    binStartMillis: BigInt(count.binStart),
    logTypeIndex: logTypeIndex(count, logTypes),
    templateId: templateIdToWire(count.templateId),
    count: count.count,
    maxSeverity: count.maxSeverity,
    errorCount: count.errorCount,
  };
}

function countFromWire(wire: WireCount, logTypes: readonly LogTypeKey[]): TemplateCount {
  const { environment, logType } = at(logTypes, wire.logTypeIndex, 'template count: log type');
  return {
    binStart: toSafeInteger(wire.binStartMillis, 'template count: bin start') as EpochMillis,
    environment,
    logType,
    templateId: templateIdFromWire(wire.templateId),
    count: wire.count,
    maxSeverity: toSeverity(wire.maxSeverity, 'template count'),
    errorCount: wire.errorCount,
  };
}

function aliasToWire(alias: TemplateAlias, logTypes: LogTypeTable): WireAlias {
  return {
    binStartMillis: BigInt(alias.binStart),
    logTypeIndex: logTypeIndex(alias, logTypes),
    templateId: templateIdToWire(alias.templateId),
    intoTemplateId: templateIdToWire(alias.into),
  };
}

function aliasFromWire(wire: WireAlias, logTypes: readonly LogTypeKey[]): TemplateAlias {
  const { environment, logType } = at(logTypes, wire.logTypeIndex, 'template alias: log type');
  return {
    binStart: toSafeInteger(wire.binStartMillis, 'template alias: bin start') as EpochMillis,
    environment,
    logType,
    templateId: templateIdFromWire(wire.templateId),
    into: templateIdFromWire(wire.intoTemplateId),
  };
}

const wireKindByKind = {
  joined: wireKinds.TEMPLATE_CONTROL_KIND_JOINED,
  separated: wireKinds.TEMPLATE_CONTROL_KIND_SEPARATED,
  muted: wireKinds.TEMPLATE_CONTROL_KIND_MUTED,
  unmuted: wireKinds.TEMPLATE_CONTROL_KIND_UNMUTED,
  retired: wireKinds.TEMPLATE_CONTROL_KIND_RETIRED,
} as const;

function controlToWire(control: TemplateControl, logTypes: LogTypeTable): WireControl {
  const { change } = control;
  return {
    binStartMillis: BigInt(control.binStart),
    version: BigInt(control.version),
    logTypeIndex: logTypeIndex(control, logTypes),
    templateId: templateIdToWire(change.templateId),
    kind: wireKindByKind[change.kind],
    otherTemplateId: 'other' in change ? templateIdToWire(change.other) : 0n,
    untilMillis: change.kind === 'muted' ? change.untilMillis : 0,
  };
}

function controlFromWire(wire: WireControl, logTypes: readonly LogTypeKey[]): TemplateControl {
  const { environment, logType } = at(logTypes, wire.logTypeIndex, 'template control: log type');
  return {
    binStart: toSafeInteger(wire.binStartMillis, 'template control: bin start') as EpochMillis,
    version: toSafeInteger(wire.version, 'template control: version'),
    environment,
    logType,
    change: changeFromWire(wire),
  };
}

function changeFromWire(wire: WireControl): ControlChange {
  const templateId = templateIdFromWire(wire.templateId);
  switch (wire.kind) {
    case wireKinds.TEMPLATE_CONTROL_KIND_JOINED:
      return { kind: 'joined', templateId, other: templateIdFromWire(wire.otherTemplateId) };
    case wireKinds.TEMPLATE_CONTROL_KIND_SEPARATED:
      return { kind: 'separated', templateId, other: templateIdFromWire(wire.otherTemplateId) };
    case wireKinds.TEMPLATE_CONTROL_KIND_MUTED:
      return {
        kind: 'muted',
        templateId,
        untilMillis: toMillisOrNever(wire.untilMillis, 'template control'),
      };
    case wireKinds.TEMPLATE_CONTROL_KIND_UNMUTED:
      return { kind: 'unmuted', templateId };
    case wireKinds.TEMPLATE_CONTROL_KIND_RETIRED:
      return { kind: 'retired', templateId };
    case wireKinds.TEMPLATE_CONTROL_KIND_UNSPECIFIED:
    case wireKinds.UNRECOGNIZED:
    default:
      throw malformed('template control: unknown kind');
  }
}

function logTypeIndex({ environment, logType }: LogTypeKey, logTypes: LogTypeTable): number {
  return logTypes.indexOf(`${environment}\0${logType}`, () => ({ environment, logType }));
}
