import { AccessGuard, Operation, Tenant } from '@culprit/platform';
import { anomalySurprise } from '@culprit/scoring';
import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import type { EventFilter, Store } from '@culprit/store';
import { z } from 'zod';
import { pageShape } from './answer-shapes.js';
import { eventAnswer, eventJson } from './event-json.js';
import { notFound } from './not-found.js';
import {
  anomalyHistogramAnswer,
  anomalyHistogramJson,
  eventHistogramAnswer,
  eventHistogramJson,
} from './histogram-json.js';
import type { AnomalyHistogramJson, EventHistogramJson } from './histogram-json.js';
import {
  anomalyHistogramQuery,
  eventHistogramQuery,
  eventIdParam,
  eventsQuery,
  peekQuery,
} from './request-schemas.js';
import type {
  AnomalyHistogramQuery,
  EventHistogramQuery,
  EventsQuery,
  PeekQuery,
} from './request-schemas.js';
import { STORE } from './tokens.js';

const DEFAULT_PAGE_SIZE = 100;
const DEFAULT_PEEK_EVENTS = 50;
const DEFAULT_BUCKETS = 100;

const eventListAnswer = z.object({
  events: z.array(eventAnswer),
  ...pageShape,
  total: pageShape.total
    .nullable()
    .describe('All that the question matches, on every page; null when not counted'),
});
const peekAnswer = z.object({
  eventId: z.string(),
  scope: z.enum(['stream', 'logType']),
  events: z.array(eventAnswer),
});

/** Search in what was stored, and the raw stream round one event. */
@Controller('api/v1')
@UseGuards(AccessGuard)
export class EventsController {
  readonly #store: Store;

  constructor(@Inject(STORE) store: Store) {
    this.#store = store;
  }

  @Operation({ summary: 'Log records, latest first', answers: { 200: eventListAnswer } })
  @Get('events')
  async events(
    @Query({ schema: eventsQuery }) query: EventsQuery,
    @Tenant() tenant: string,
  ): Promise<z.output<typeof eventListAnswer>> {
    const { events } = this.#store.forTenant({ tenant });
    const { pageSize = DEFAULT_PAGE_SIZE, pageToken } = query;
    const request = { ...filterOf(query), pageSize, pageToken };
    const page =
      query.counted === false
        ? { ...(await events.newest(request)), total: null }
        : await events.search(request);
    return {
      events: page.events.map(eventJson),
      total: page.total,
      nextPageToken: page.nextPageToken ?? null,
    };
  }

  @Operation({
    summary: 'Log records by time and severity',
    answers: { 200: eventHistogramAnswer },
  })
  @Get('events/histogram')
  async histogram(
    @Query({ schema: eventHistogramQuery }) query: EventHistogramQuery,
    @Tenant() tenant: string,
  ): Promise<EventHistogramJson> {
    const { events } = this.#store.forTenant({ tenant });
    return eventHistogramJson(await events.histogram(filterOf(query), query.buckets ?? DEFAULT_BUCKETS));
  }

  @Operation({
    summary: 'Anomalies by time',
    answers: { 200: anomalyHistogramAnswer },
  })
  @Get('anomalies/histogram')
  async anomalies(
    @Query({ schema: anomalyHistogramQuery }) query: AnomalyHistogramQuery,
    @Tenant() tenant: string,
  ): Promise<AnomalyHistogramJson> {
    const { environment, logType, from, to: until, buckets = DEFAULT_BUCKETS } = query;
    const { anomalies } = this.#store.forTenant({ tenant });
    const filter = { environment, logType, from, until, minSurprise: anomalySurprise };
    return anomalyHistogramJson(await anomalies.histogram(filter, buckets));
  }

  @Operation({ summary: 'The raw stream round an event, nothing filtered', answers: { 200: peekAnswer } })
  @Get('events/:id/peek')
  async peek(
    @Param('id', { schema: eventIdParam }) id: string,
    @Query({ schema: peekQuery }) query: PeekQuery,
    @Tenant() tenant: string,
  ): Promise<z.output<typeof peekAnswer>> {
    const scope = query.scope ?? 'stream';
    const events = await this.#store.forTenant({ tenant }).events.peek({
      eventId: id,
      before: query.before ?? DEFAULT_PEEK_EVENTS,
      after: query.after ?? DEFAULT_PEEK_EVENTS,
      scope: scope === 'logType' ? 'log-type' : 'stream',
    });
    if (events.length === 0) throw notFound('event');
    return { eventId: id, scope, events: events.map(eventJson) };
  }
}

function filterOf(query: EventHistogramQuery): EventFilter {
  return {
    from: query.from,
    until: query.to,
    text: query.q,
    environment: query.environment,
    logType: query.logType,
    templateId: query.template,
    host: query.host,
    pod: query.pod,
    minSeverity: query.severity,
  };
}
