import type { Brand } from './brand.js';

/** 64-bit template id as 16 lower-case hex digits: the hash of the template's birth skeleton. */
export type TemplateId = Brand<string, 'TemplateId'>;

/** Identity of a log type inside one environment, for example `sock-shop/orders` or `k8s-events`. */
export type LogTypeName = Brand<string, 'LogTypeName'>;

/** The boundary inside which anomalies are correlated: a cluster or a group of services. */
export type EnvironmentName = Brand<string, 'EnvironmentName'>;

/** Identity of an incident, stable over its revisions. */
export type IncidentId = Brand<string, 'IncidentId'>;

/** Identity of a kind of incident, stable over its recurrences. */
export type IncidentTypeId = Brand<string, 'IncidentTypeId'>;

const TEMPLATE_ID_PATTERN = /^[0-9a-f]{16}$/;

/** Accepts 16 lower-case hex digits; returns undefined for anything else. */
export function parseTemplateId(text: string): TemplateId | undefined {
  return TEMPLATE_ID_PATTERN.test(text) ? (text as TemplateId) : undefined;
}

/**
 * Formats a 64-bit id from its two unsigned 32-bit halves.
 *
 * @param high upper 32 bits
 * @param low lower 32 bits
 * @returns 16 lower-case hex digits
 */
export function templateIdFromHalves(high: number, low: number): TemplateId {
  return (hex32(high) + hex32(low)) as TemplateId;
}

function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
