import type { StructuredEvent } from './structured-event.js';

/**
 * Order of events: time, then log type, then arrival. The log type stands before the event id because ids begin with
 * the lane: how log types are spread over lanes must not matter.
 */
export function compareEvents(a: StructuredEvent, b: StructuredEvent): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  return compareText(a.source.logType, b.source.logType) || compareText(a.eventId, b.eventId);
}

/** Order of code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
