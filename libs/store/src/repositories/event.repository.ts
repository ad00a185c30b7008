import type { EnvironmentName, LogTypeName, TemplateId } from '@culprit/kernel';
import { parseTemplateId } from '@culprit/kernel';
import { eventIdOf } from '@culprit/pipeline';
import type { LaneRange } from '../event-group.js';
import type { SqlDriver, SqlParameter, SqlRow } from '../sql-driver.js';
import { readQuery } from '../sql-files.js';
import type {
  EventBucket,
  EventFilter,
  EventPage,
  EventRepository,
  EventSearch,
  EventSlice,
  Histogram,
  PeekRequest,
  StoredEvent,
} from '../store.js';
import { checkCount, checkPageSize, formatPageToken, parsePageToken, tokenNumber } from './page-token.js';
import type { PageCursor } from './page-token.js';
import { readNanos, readNumber, readText } from './sql-row.js';
import { timeBounds } from './time-bounds.js';
import { coveredWindow, readHistogram } from './time-grid.js';

const searchEvents = readQuery('search_events');
const countEvents = readQuery('count_events');
const countEventsByTime = readQuery('count_events_by_time');
const findEventBounds = readQuery('find_event_bounds');
const findEvent = readQuery('find_event');
const peekBefore = readQuery('peek_before');
const peekAfter = readQuery('peek_after');
const countRowsBySequence = readQuery('count_rows_by_sequence');
const countRowsInRange = readQuery('count_rows_in_range');
const listRowIndices = readQuery('list_row_indices');
const listLastSequences = readQuery('list_last_sequences');

/** Parts of a page token: time, lane, sequence, row. */
const keyLength = 4;

/** The newest parts of the time that a search looks through first: a 64th, then an eighth. */
const windowShares = [64n, 8n] as const;

/** From where on, and before which row, a part of a search looks. */
type SearchWindow = readonly [from: bigint, before: readonly bigint[]];

type EventConditions = Readonly<Record<string, SqlParameter>>;

interface FoundRows {
  readonly rows: readonly SqlRow[];
  readonly pageSize: number;
}

/** Unknown and the six levels of OpenTelemetry, four severities each. */
const levelCount = 7;

/** The parts of an event id. */
interface EventPosition {
  readonly lane: number;
  readonly sequence: number;
  readonly rowIndex: number;
}

export interface EventRepositoryDeps {
  readonly driver: SqlDriver;
  readonly tenant: string;
  /** The template and all that were merged into it. */
  readonly withAliases: (templateId: TemplateId) => Promise<readonly TemplateId[]>;
}

/** Events over any driver; one statement file a method. */
export class SqlEventRepository implements EventRepository {
  readonly #driver: SqlDriver;
  readonly #tenant: string;
  readonly #withAliases: EventRepositoryDeps['withAliases'];

  constructor(deps: EventRepositoryDeps) {
    this.#driver = deps.driver;
    this.#tenant = deps.tenant;
    this.#withAliases = deps.withAliases;
  }

  async search(request: EventSearch): Promise<EventPage> {
    const { pageToken, pageSize: _, ...conditions } = request;
    const cursor = parsePageToken(pageToken, conditions, keyLength);
    const filter = await this.#filterOf(request);
    const [found, total] = await Promise.all([
      this.#read(request, filter, cursor),
      cursor?.total ?? this.#count(filter, timeBounds(request).until),
    ]);
    return { ...sliceOf(found, (key) => formatPageToken(conditions, { total, key })), total };
  }

  async newest(request: EventSearch): Promise<EventSlice> {
    const { pageToken, pageSize: _, ...asked } = request;
    const conditions = { ...asked, isCounted: false };
    const cursor = parsePageToken(pageToken, conditions, keyLength);
    const found = await this.#read(request, await this.#filterOf(request), cursor);
    return sliceOf(found, (key) => formatPageToken(conditions, { total: 0, key }));
  }

  /** A page and, where there are more, one row of the next. */
  async #read(
    request: EventSearch,
    filter: EventConditions,
    cursor: PageCursor | undefined,
  ): Promise<FoundRows> {
    const pageSize = checkPageSize(request.pageSize);
    const start = cursor === undefined ? [timeBounds(request).until, 0n, 0n, 0n] : cursorParts(cursor);
    const rows: SqlRow[] = [];
    for (const [from, before] of await this.#windows(request, filter, start)) {
      const [before_nanos = 0n, before_lane = 0n, before_sequence = 0n, before_row = 0n] = before;
      const position = { before_nanos, before_lane, before_sequence, before_row };
      const row_limit = pageSize + 1 - rows.length;
      const parameters = { ...filter, ...position, from_nanos: from, row_limit };
      rows.push(...(await this.#driver.query({ name: 'search_events', sql: searchEvents, parameters })));
      if (rows.length > pageSize) break;
    }
    return { rows, pageSize };
  }

  /**
   * Parts of time to look through one after the other, the newest first and shortest: what is frequent is found in the
   * first. Only where conditions make rows be read, text above all; without them the engine finds the newest at once.
   */
  async #windows(
    request: EventSearch,
    filter: EventConditions,
    start: readonly bigint[],
  ): Promise<readonly SearchWindow[]> {
    const { from } = timeBounds(request);
    if (request.text === undefined && request.templateId === undefined) return [[from, start]];
    const [bounds] = await this.#driver.query({
      name: 'find_event_bounds',
      sql: findEventBounds,
      parameters: filter,
    });
    const covered = coveredWindow({ from: request.from }, bounds);
    if (covered === undefined) return [];
    const [newest = covered.until] = start;
    const last = newest < covered.until ? newest : covered.until;
    const span = last - covered.from;
    if (span <= 0n) return [[from, start]];
    const cuts = windowShares.map((share) => last - span / share);
    const ends = [start, ...cuts.map((cut) => [cut, 0n, 0n, 0n])];
    return [...cuts, from].map((cut, i) => [cut, ends[i] ?? start]);
  }

  async histogram(filter: EventFilter, maxBuckets: number): Promise<Histogram<EventBucket> | undefined> {
    return readHistogram(
      {
        driver: this.#driver,
        bounds: { name: 'find_event_bounds', sql: findEventBounds },
        counts: { name: 'count_events_by_time', sql: countEventsByTime },
        filter: await this.#filterOf(filter),
        window: filter,
        maxBuckets,
      },
      (start, rows) => {
        const countByLevel = Array.from({ length: levelCount }, () => 0);
        for (const row of rows) countByLevel[readNumber(row, 'level')] = readNumber(row, 'row_count');
        return { start, countByLevel };
      },
    );
  }

  async find(eventId: string): Promise<StoredEvent | undefined> {
    const row = await this.#findRow(eventId);
    return row === undefined ? undefined : readEvent(row);
  }

  async peek(request: PeekRequest): Promise<readonly StoredEvent[]> {
    const before = checkCount('before', request.before, { lowest: 0, highest: 1_000 });
    const after = checkCount('after', request.after, { lowest: 0, highest: 1_000 });
    const row = await this.#findRow(request.eventId);
    if (row === undefined) return [];
    const event = readEvent(row);
    const parameters = {
      tenant: this.#tenant,
      environment: event.source.environment,
      log_type: event.source.logType,
      is_stream: request.scope === 'stream' ? 1 : 0,
      pod: event.source.pod,
      container: event.source.container,
      host: event.source.host,
      time_nanos: event.time,
      lane: readNumber(row, 'lane'),
      sequence: readNumber(row, 'sequence'),
      row_index: readNumber(row, 'row_index'),
    };
    const [earlier, later] = await Promise.all([
      this.#driver.query({
        name: 'peek_before',
        sql: peekBefore,
        parameters: { ...parameters, row_limit: before },
      }),
      this.#driver.query({
        name: 'peek_after',
        sql: peekAfter,
        parameters: { ...parameters, row_limit: after },
      }),
    ]);
    return [...earlier.map(readEvent).toReversed(), event, ...later.map(readEvent)];
  }

  async countBySequence(lane: number, fromSequence: number): Promise<ReadonlyMap<number, number>> {
    const rows = await this.#driver.query({
      name: 'count_rows_by_sequence',
      sql: countRowsBySequence,
      parameters: { tenant: this.#tenant, lane, from_sequence: fromSequence },
      afterWrites: true,
    });
    return new Map(rows.map((row) => [readNumber(row, 'sequence'), readNumber(row, 'row_count')]));
  }

  async listRowIndices(lane: number, sequence: number): Promise<ReadonlySet<number>> {
    const rows = await this.#driver.query({
      name: 'list_row_indices',
      sql: listRowIndices,
      parameters: { tenant: this.#tenant, lane, sequence },
      afterWrites: true,
    });
    return new Set(rows.map((row) => readNumber(row, 'row_index')));
  }

  async lastSequences(): Promise<ReadonlyMap<number, number>> {
    const rows = await this.#driver.query({
      name: 'list_last_sequences',
      sql: listLastSequences,
      parameters: { tenant: this.#tenant },
    });
    return new Map(rows.map((row) => [readNumber(row, 'lane'), readNumber(row, 'last_sequence')]));
  }

  /** Stored rows between the ends of a range, both included. */
  async countRange(range: LaneRange): Promise<number> {
    const rows = await this.#driver.query({
      name: 'count_rows_in_range',
      sql: countRowsInRange,
      parameters: {
        tenant: this.#tenant,
        lane: range.lane,
        from_sequence: range.fromSequence,
        from_row: range.fromRow,
        to_sequence: range.toSequence,
        to_row: range.toRow,
      },
    });
    return rows[0] === undefined ? 0 : readNumber(rows[0], 'row_count');
  }

  async #filterOf(request: EventFilter): Promise<EventConditions> {
    return {
      tenant: this.#tenant,
      environment: request.environment ?? '',
      log_type: request.logType ?? '',
      host: request.host ?? '',
      pod: request.pod ?? '',
      template_ids: request.templateId === undefined ? [] : await this.#withAliases(request.templateId),
      min_severity: checkCount('minSeverity', request.minSeverity ?? 0, { lowest: 0, highest: 24 }),
      pattern: containsPattern(request.text ?? ''),
      from_nanos: timeBounds(request).from,
    };
  }

  async #count(filter: EventConditions, until: bigint): Promise<number> {
    const rows = await this.#driver.query({
      name: 'count_events',
      sql: countEvents,
      parameters: { ...filter, until_nanos: until },
    });
    return rows[0] === undefined ? 0 : readNumber(rows[0], 'row_count');
  }

  async #findRow(eventId: string): Promise<SqlRow | undefined> {
    const position = parseEventId(eventId);
    if (position === undefined) return undefined;
    const rows = await this.#driver.query({
      name: 'find_event',
      sql: findEvent,
      parameters: {
        tenant: this.#tenant,
        lane: position.lane,
        sequence: position.sequence,
        row_index: position.rowIndex,
      },
    });
    return rows[0];
  }
}

/**
 * A LIKE pattern for bodies that contain `text`, to be matched against the lower-cased body. Only ASCII letters are
 * folded, as the engine's `lower` does; nothing in `text` acts as a wildcard.
 */
export function containsPattern(text: string): string {
  if (text === '') return '';
  const folded = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return `%${folded.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}

function cursorParts(cursor: PageCursor): readonly bigint[] {
  return Array.from({ length: keyLength }, (_, index) => BigInt(tokenNumber(cursor, index)));
}

function sliceOf({ rows, pageSize }: FoundRows, tokenOf: (key: readonly string[]) => string): EventSlice {
  const last = rows.length > pageSize ? rows[pageSize - 1] : undefined;
  return {
    events: rows.slice(0, pageSize).map(readEvent),
    nextPageToken: last === undefined ? undefined : tokenOf(keyOf(last)),
  };
}

const EVENT_ID_PATTERN = /^([0-9a-f]{2,4})-([0-9a-f]{12,13})-([0-9a-f]{5,8})$/;

function parseEventId(eventId: string): EventPosition | undefined {
  const match = EVENT_ID_PATTERN.exec(eventId);
  if (match === null) return undefined;
  const [lane = 0, sequence = 0, rowIndex = 0] = match.slice(1).map((part) => Number.parseInt(part, 16));
  return { lane, sequence, rowIndex };
}

function keyOf(row: SqlRow): readonly string[] {
  return [
    readText(row, 'time_nanos'),
    ...['lane', 'sequence', 'row_index'].map((column) => String(readNumber(row, column))),
  ];
}

function readEvent(row: SqlRow): StoredEvent {
  const templateId = parseTemplateId(readText(row, 'template_id'));
  if (templateId === undefined) throw new Error('column template_id: expected 16 hex digits');
  return {
    eventId: eventIdOf(readNumber(row, 'lane'), readNumber(row, 'sequence'), readNumber(row, 'row_index')),
    time: readNanos(row, 'time_nanos'),
    source: {
      environment: readText(row, 'environment') as EnvironmentName,
      logType: readText(row, 'log_type') as LogTypeName,
      namespace: readText(row, 'namespace'),
      service: readText(row, 'service'),
      pod: readText(row, 'pod'),
      container: readText(row, 'container'),
      host: readText(row, 'host'),
    },
    severity: readNumber(row, 'severity'),
    templateId,
    body: readText(row, 'body'),
    attributes: readText(row, 'attributes'),
    flags: readNumber(row, 'flags'),
  };
}
