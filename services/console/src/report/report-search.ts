import type { PeekScope } from '../api/peek.js';
import { withoutGaps } from '../app/search-texts.js';

/** What the address of a report says besides its id. */
export interface ReportSearch {
  /** 0 core, 1 to 3 related events. */
  readonly zoom?: number | undefined;
  /** The event one looks at. */
  readonly event?: string | undefined;
  /** The event whose raw stream is open. */
  readonly peek?: string | undefined;
  readonly scope?: PeekScope | undefined;
  /** Text that the lines shown contain. */
  readonly q?: string | undefined;
}

/** Reads an address; what makes no sense is left out. */
export function parseReportSearch(raw: Readonly<Record<string, unknown>>): ReportSearch {
  const zoom = Number(raw['zoom']);
  const text = (name: string): string | undefined =>
    typeof raw[name] === 'string' && raw[name] !== '' ? raw[name] : undefined;
  return withoutGaps({
    zoom: zoom === 1 || zoom === 2 || zoom === 3 ? zoom : undefined,
    event: text('event'),
    peek: text('peek'),
    scope: raw['scope'] === 'logType' ? 'logType' : undefined,
    q: text('q'),
  });
}
