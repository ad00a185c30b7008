import { queryService } from '@culprit/contracts';
import type { EventAnswer, EventPageAnswer, ReportNews, ReportPageAnswer } from '@culprit/contracts';
import type { RootCauseReport } from '@culprit/correlation';
import type { IncidentId } from '@culprit/kernel';
import { AccessGuard, Tenant, invalidRequest } from '@culprit/platform';
import type { GrpcService } from '@culprit/platform';
import type { Store } from '@culprit/store';
import { Controller, Inject, UseGuards } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices/decorators/message-pattern.decorator.js';
import { Payload } from '@nestjs/microservices/decorators/payload.decorator.js';
import { Observable } from 'rxjs';
import { z } from 'zod';
import { notFound } from './not-found.js';
import type { ReportChange, ReportFeed } from './report-feed.js';
import { eventIdParam, eventsQuery, incidentIdParam, incidentsQuery, peekQuery } from './request-schemas.js';
import { FEED, STORE } from './tokens.js';

/** The service for a server to offer, with where it is declared. */
export const queryGrpcService: GrpcService = {
  definition: queryService,
  file: 'culprit/query/v1/query.proto',
};

const DEFAULT_PAGE_SIZE = 50;
const DEFAULT_PEEK_EVENTS = 50;

const getReportMessage = z.object({ incidentId: incidentIdParam, revision: incidentsQuery.shape.pageSize });
const peekMessage = peekQuery.extend({ eventId: eventIdParam });
const watchMessage = z.object({ environment: incidentsQuery.shape.environment });

/** The questions of the REST interface as calls: the same rules for what is asked, the same rights. */
@Controller()
@UseGuards(AccessGuard)
export class QueryGrpcController {
  readonly #store: Store;
  readonly #feed: ReportFeed;

  constructor(@Inject(STORE) store: Store, @Inject(FEED) feed: ReportFeed) {
    this.#store = store;
    this.#feed = feed;
  }

  @GrpcMethod('QueryService', 'ListReports')
  async listReports(@Payload() message: object, @Tenant() tenant: string): Promise<ReportPageAnswer> {
    const query = read(incidentsQuery, message);
    const page = await this.#store.forTenant({ tenant }).reports.search({
      ...query,
      until: query.to,
      incidentType: query.type,
      pageSize: query.pageSize ?? DEFAULT_PAGE_SIZE,
    });
    return {
      reports: page.reports.map((head) => ({ ...head, relatedEvents: [] })),
      total: page.total,
      nextPageToken: page.nextPageToken ?? '',
    };
  }

  @GrpcMethod('QueryService', 'GetReport')
  getReport(@Payload() message: object, @Tenant() tenant: string): Promise<RootCauseReport> {
    const { incidentId, revision } = read(getReportMessage, message);
    return this.#report(tenant, incidentId, revision);
  }

  @GrpcMethod('QueryService', 'WatchReports')
  watchReports(@Payload() message: object, @Tenant() tenant: string): Observable<ReportNews> {
    const { environment } = read(watchMessage, message);
    return new Observable((caller) => {
      let told = Promise.resolve();
      const tell = async ({ incidentId, revision, isNew }: ReportChange): Promise<void> => {
        const report = await this.#report(tenant, incidentId, revision);
        if (environment === undefined || environment === report.environment) caller.next({ report, isNew });
      };
      const fail = (error: unknown): void => caller.error(error);
      const listening = this.#feed.listen(tenant, undefined, (event) => {
        if (event.kind === 'report') told = told.then(() => tell(event.change)).catch(fail);
      });
      listening.catch(fail);
      return () => {
        listening.then((stop) => stop()).catch(() => undefined);
      };
    });
  }

  @GrpcMethod('QueryService', 'SearchEvents')
  async searchEvents(@Payload() message: object, @Tenant() tenant: string): Promise<EventPageAnswer> {
    const { q, template, to, severity, pageSize, ...query } = read(eventsQuery, message);
    const page = await this.#store.forTenant({ tenant }).events.search({
      ...query,
      until: to,
      text: q,
      templateId: template,
      minSeverity: severity,
      pageSize: pageSize ?? DEFAULT_PAGE_SIZE,
    });
    return { events: page.events, total: page.total, nextPageToken: page.nextPageToken ?? '' };
  }

  @GrpcMethod('QueryService', 'Peek')
  async peek(@Payload() message: object, @Tenant() tenant: string): Promise<readonly EventAnswer[]> {
    const { eventId, before, after, scope } = read(peekMessage, message);
    const events = await this.#store.forTenant({ tenant }).events.peek({
      eventId,
      before: before ?? DEFAULT_PEEK_EVENTS,
      after: after ?? DEFAULT_PEEK_EVENTS,
      scope: scope === 'logType' ? 'log-type' : 'stream',
    });
    if (events.length === 0) throw notFound('event');
    return events;
  }

  async #report(tenant: string, id: IncidentId, revision: number | undefined): Promise<RootCauseReport> {
    const report = await this.#store.forTenant({ tenant }).reports.find(id, revision);
    if (report === undefined) throw notFound('incident');
    return report;
  }
}

/** Fields for which the default of protobuf means that nothing was said. */
const zeroIsNothing: ReadonlySet<string> = new Set(['pageSize', 'revision']);

/**
 * Checks a message by the rules of the REST query that asks the same: a field that was not set is an argument that was
 * not given, and numbers are written out.
 *
 * @throws RequestError CULPRIT_HTTP_INVALID with every field that breaks a rule
 */
function read<Schema extends z.ZodType>(schema: Schema, message: object): z.output<Schema> {
  const given = Object.entries(message).flatMap(([name, value]: [string, unknown]) => {
    const isNothing =
      value === undefined ||
      value === '' ||
      (Array.isArray(value) && value.length === 0) ||
      (value === 0 && zeroIsNothing.has(name));
    return isNothing ? [] : [[name, typeof value === 'number' ? String(value) : value]];
  });
  const result = schema.safeParse(Object.fromEntries(given));
  if (!result.success) throw invalidRequest(result.error.issues);
  return result.data;
}
