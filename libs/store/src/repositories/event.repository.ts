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
  Histogram,
  PeekRequest,
  StoredEvent,
} from '../store.js';
import { checkCount, checkPageSize, formatPageToken, parsePageToken, tokenNumber } from './page-token.js';
import { readNanos, readNumber, readText } from './sql-row.js';
import { timeBounds } from './time-bounds.js';
import { readHistogram } from './time-grid.js';

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
    const pageSize = checkPageSize(request.pageSize);
    const { pageToken, pageSize: _, ...conditions } = request;
    const cursor = parsePageToken(pageToken, conditions, 4);
    const filter = await this.#filterOf(request);
    const { until } = timeBounds(request);
    const before =
      cursor === undefined ? [until, 0, 0, 0] : [0, 1, 2, 3].map((index) => tokenNumber(cursor, index));
    const [before_nanos = until, before_lane = 0, before_sequence = 0, before_row = 0] = before;
    const page = this.#driver.query({
      name: 'search_events',
      sql: searchEvents,
      parameters: {
        ...filter,
        before_nanos,
        before_lane,
        before_sequence,
        before_row,
        row_limit: pageSize + 1,
      },
    });
    const [rows, total] = await Promise.all([page, cursor?.total ?? this.#count(filter, until)]);
    const last = rows.length > pageSize ? rows[pageSize - 1] : undefined;
    return {
      events: rows.slice(0, pageSize).map(readEvent),
      total,
      nextPageToken:
        last === undefined ? undefined : formatPageToken(conditions, { total, key: keyOf(last) }),
    };
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

  async #filterOf(request: EventFilter): Promise<Record<string, SqlParameter>> {
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

  async #count(filter: Readonly<Record<string, SqlParameter>>, until: bigint): Promise<number> {
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
