import { errorSeverity } from '@culprit/kernel';
import type { EnvironmentName, LogTypeName, TemplateId } from '@culprit/kernel';
import { compareEvents, compareText } from './event-order.js';
import { binMillis } from './structured-event.js';
import type { StructuredEvent, TemplateCount } from './structured-event.js';

/** What one template did in one bin. */
export interface BinEntry {
  count: number;
  maxSeverity: number;
  errorCount: number;
  exemplar: StructuredEvent | undefined;
  /** Further events of the bin that carry values, in order of time, at most {@link maxOthers}. */
  others: StructuredEvent[];
}

const maxOthers = 16;

/** One log type in one bin. */
export interface BinLogType {
  readonly environment: EnvironmentName;
  readonly logType: LogTypeName;
  readonly entries: Map<TemplateId, BinEntry>;
}

/** Bins that may still receive counts: by start, then by environment and log type. */
export type OpenBins = Map<number, Map<string, BinLogType>>;

/** Key of a log type in maps; the separator cannot occur in names that come as text. */
export function logTypeKey(environment: string, logType: string): string {
  return `${environment}\u0000${logType}`;
}

/**
 * The bin a time belongs to; times before `closedThrough` belong to the oldest bin still open.
 *
 * @param timeMillis ms since the epoch
 */
export function binOf(timeMillis: number, closedThrough: number): number {
  return Math.max(Math.floor(timeMillis / binMillis) * binMillis, closedThrough);
}

/** Adds a partial count. */
export function addCount(bins: OpenBins, bin: number, count: TemplateCount): void {
  const entry = entryOf(bins, bin, count);
  entry.count += count.count;
  entry.maxSeverity = Math.max(entry.maxSeverity, count.maxSeverity);
  entry.errorCount += count.errorCount;
}

/** Keeps the event if it is the earliest of its template in the bin. */
export function addExemplar(bins: OpenBins, bin: number, event: StructuredEvent): void {
  const { environment, logType } = event.source;
  const entry = entryOf(bins, bin, { environment, logType, templateId: event.templateId });
  keepEvent(entry, event);
}

/** Keeps the earliest event as exemplar and the next earliest with values beside it, whatever the order of arrival. */
function keepEvent(entry: BinEntry, event: StructuredEvent): void {
  const known = entry.exemplar;
  if (known?.eventId === event.eventId) return;
  const isFirst = known === undefined || compareEvents(event, known) < 0;
  if (isFirst) entry.exemplar = event;
  const other = isFirst ? known : event;
  if (other === undefined || other.parameters.length === 0) return;
  const at = entry.others.findIndex((one) => compareEvents(one, other) >= 0);
  if (at >= 0 && entry.others[at]?.eventId === other.eventId) return;
  entry.others.splice(at < 0 ? entry.others.length : at, 0, other);
  if (entry.others.length > maxOthers) entry.others.pop();
}

/** Removes and returns a bin's log types in canonical order. */
export function takeBin(bins: OpenBins, bin: number): BinLogType[] {
  const logTypes = bins.get(bin);
  if (logTypes === undefined) return [];
  bins.delete(bin);
  return [...logTypes.entries()].toSorted(([a], [b]) => compareText(a, b)).map(([, value]) => value);
}

/**
 * The entries of a log type in canonical order of template ids, where aliases are replaced by what they stand for.
 * Chains of aliases are followed; a ring of them ends at its first repeated member.
 */
export function canonicalEntries(
  entries: ReadonlyMap<TemplateId, BinEntry>,
  aliases: ReadonlyMap<TemplateId, TemplateId>,
): [TemplateId, BinEntry][] {
  const merged = new Map<TemplateId, BinEntry>();
  for (const [templateId, entry] of entries) {
    const canonical = resolveAlias(templateId, aliases);
    const other = merged.get(canonical);
    if (other === undefined) merged.set(canonical, { ...entry, others: [...entry.others] });
    else mergeEntry(other, entry);
  }
  return [...merged].toSorted(([a], [b]) => compareText(a, b));
}

/** What stands for a template; a ring of aliases ends at its first repeated member. */
export function resolveAlias(
  templateId: TemplateId,
  aliases: ReadonlyMap<TemplateId, TemplateId>,
): TemplateId {
  const seen = new Set<TemplateId>();
  let current = templateId;
  for (
    let next = aliases.get(current);
    next !== undefined && !seen.has(current);
    next = aliases.get(current)
  ) {
    seen.add(current);
    current = next;
  }
  return current;
}

function mergeEntry(into: BinEntry, from: BinEntry): void {
  into.count += from.count;
  into.maxSeverity = Math.max(into.maxSeverity, from.maxSeverity);
  into.errorCount += from.errorCount;
  if (from.exemplar !== undefined) keepEvent(into, from.exemplar);
  for (const event of from.others) keepEvent(into, event);
}

interface EntryKey {
  readonly environment: EnvironmentName;
  readonly logType: LogTypeName;
  readonly templateId: TemplateId;
}

function entryOf(bins: OpenBins, bin: number, key: EntryKey): BinEntry {
  const { environment, logType, templateId } = key;
  let byLogType = bins.get(bin);
  if (byLogType === undefined) bins.set(bin, (byLogType = new Map()));
  const name = logTypeKey(environment, logType);
  let group = byLogType.get(name);
  if (group === undefined) byLogType.set(name, (group = { environment, logType, entries: new Map() }));
  let entry = group.entries.get(templateId);
  if (entry === undefined)
    group.entries.set(
      templateId,
      (entry = { count: 0, maxSeverity: 0, errorCount: 0, exemplar: undefined, others: [] }),
    );
  return entry;
}

/**
 * The event that shows best what the template did: the earliest, but where some of its records say that something
 * failed, the earliest of these. One template may hold both, for example the requests of an access log.
 */
export function showingEvent({ exemplar, others }: BinEntry): StructuredEvent | undefined {
  if (exemplar === undefined || exemplar.severity >= errorSeverity) return exemplar;
  return others.find(({ severity }) => severity >= errorSeverity) ?? exemplar;
}
