import { toEpochNanos } from '@culprit/kernel';
import type { Clock, IncidentId } from '@culprit/kernel';
import { AccessGuard, CLOCK, Operation, Tenant } from '@culprit/platform';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { reportToMarkdown } from '@culprit/correlation';
import type { RootCauseReport } from '@culprit/correlation';
import type { Store } from '@culprit/store';
import { z } from 'zod';
import { pageShape } from './answer-shapes.js';
import { decisionAnswer, decisionJson } from './decision-schemas.js';
import type { DecisionJson } from './decision-schemas.js';
import type { DecisionsService } from './decisions.service.js';
import { notFound } from './not-found.js';
import {
  incidentAnswer,
  incidentDetailAnswer,
  incidentJson,
  relatedAnswer,
  relatedJson,
  revisionAnswer,
  revisionJson,
} from './report-json.js';
import type { IncidentDetailJson, IncidentJson, RelatedJson } from './report-json.js';
import {
  exportQuery,
  feedbackBody,
  incidentIdParam,
  incidentsQuery,
  relatedQuery,
  revisionQuery,
} from './request-schemas.js';
import type {
  ExportQuery,
  FeedbackBody,
  IncidentsQuery,
  RelatedQuery,
  RevisionQuery,
} from './request-schemas.js';
import { DECISIONS, STORE } from './tokens.js';

const DEFAULT_PAGE_SIZE = 50;

const incidentListAnswer = z.object({ incidents: z.array(incidentAnswer), ...pageShape });
const revisionListAnswer = z.object({ revisions: z.array(revisionAnswer) });
const feedbackAnswer = z.object({ saved: z.literal(true), decision: decisionAnswer });

/** Root cause reports. */
@Controller('api/v1/incidents')
@UseGuards(AccessGuard)
export class IncidentsController {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #decisions: DecisionsService;

  constructor(
    @Inject(STORE) store: Store,
    @Inject(CLOCK) clock: Clock,
    @Inject(DECISIONS) decisions: DecisionsService,
  ) {
    this.#decisions = decisions;
    this.#store = store;
    this.#clock = clock;
  }

  /** The latest revision of each incident, latest start first. */
  @Operation({ summary: 'Reports, latest start first', answers: { 200: incidentListAnswer } })
  @Get()
  async list(
    @Query({ schema: incidentsQuery }) query: IncidentsQuery,
    @Tenant() tenant: string,
  ): Promise<z.output<typeof incidentListAnswer>> {
    const page = await this.#store.forTenant({ tenant }).reports.search({
      from: query.from,
      until: query.to,
      environment: query.environment,
      logType: query.logType,
      host: query.host,
      significance: query.significance,
      incidentType: query.type,
      pageSize: query.pageSize ?? DEFAULT_PAGE_SIZE,
      pageToken: query.pageToken,
    });
    return {
      incidents: page.reports.map(incidentJson),
      total: page.total,
      nextPageToken: page.nextPageToken ?? null,
    };
  }

  @Operation({ summary: 'One report and its revisions', answers: { 200: incidentDetailAnswer } })
  @Get(':id')
  async find(
    @Param('id', { schema: incidentIdParam }) id: IncidentId,
    @Query({ schema: revisionQuery }) query: RevisionQuery,
    @Tenant() tenant: string,
  ): Promise<IncidentDetailJson> {
    const report = await this.#report(tenant, id, query.revision);
    const revisions = await this.#store.forTenant({ tenant }).reports.listRevisions(id);
    return { ...incidentJson(report), revisions: revisions.map(revisionJson) };
  }

  @Operation({ summary: 'What changed from revision to revision', answers: { 200: revisionListAnswer } })
  @Get(':id/revisions')
  async revisions(
    @Param('id', { schema: incidentIdParam }) id: IncidentId,
    @Tenant() tenant: string,
  ): Promise<z.output<typeof revisionListAnswer>> {
    const revisions = await this.#store.forTenant({ tenant }).reports.listRevisions(id);
    if (revisions.length === 0) throw notFound('incident');
    return { revisions: revisions.map(revisionJson) };
  }

  /** The report as a file: Markdown for tickets and chat, or the JSON that the API shows. */
  @Operation({
    summary: 'A report as a file to keep or to pass on',
    answers: { 200: [incidentAnswer, { mediaType: 'text/markdown', description: 'For tickets and chat' }] },
  })
  @Get(':id/export')
  async export(
    @Param('id', { schema: incidentIdParam }) id: IncidentId,
    @Query({ schema: exportQuery }) query: ExportQuery,
    @Tenant() tenant: string,
    @Res({ passthrough: true }) reply: { header(name: string, value: string): unknown },
  ): Promise<IncidentJson | string> {
    const report = incidentJson(await this.#report(tenant, id, query.revision));
    const isMarkdown = query.format !== 'json';
    const name = `${report.id.replaceAll(/[^\w-]/g, '_')}.${isMarkdown ? 'md' : 'json'}`;
    reply.header('content-disposition', `attachment; filename="${name}"`);
    if (!isMarkdown) return report;
    reply.header('content-type', 'text/markdown; charset=utf-8');
    return reportToMarkdown(report);
  }

  /** What happened around the core; every zoom level holds the one before. */
  @Operation({ summary: 'What happened around the core of a report', answers: { 200: relatedAnswer } })
  @Get(':id/related')
  async related(
    @Param('id', { schema: incidentIdParam }) id: IncidentId,
    @Query({ schema: relatedQuery }) query: RelatedQuery,
    @Tenant() tenant: string,
  ): Promise<RelatedJson> {
    return relatedJson(await this.#report(tenant, id, query.revision), query.zoom);
  }

  /**
   * Keeps what a person thinks of a report, and decides about its kind: useful never becomes a routine by itself, not
   * useful is one from now on, the same as another is counted with it. The answer names the decision, for taking it back.
   */
  @Operation({
    summary: 'Keeps what a person thinks of a report and decides about its kind',
    answers: { 200: feedbackAnswer },
  })
  @Post(':id/feedback')
  @HttpCode(200)
  async feedback(
    @Param('id', { schema: incidentIdParam }) id: IncidentId,
    @Body({ schema: feedbackBody }) body: FeedbackBody,
    @Tenant() tenant: string,
  ): Promise<z.output<typeof feedbackAnswer>> {
    const report = await this.#report(tenant, id, undefined);
    const decision = await this.#decide(tenant, report, body);
    await this.#store.forTenant({ tenant }).feedback.save({
      incidentId: id,
      incidentType: report.incidentType,
      environment: report.environment,
      verdict: body.verdict,
      author: tenant,
      note: body.note,
      saidAt: toEpochNanos(this.#clock.now()),
    });
    return { saved: true, decision };
  }

  async #decide(tenant: string, report: RootCauseReport, body: FeedbackBody): Promise<DecisionJson> {
    const { environment, incidentType } = report;
    const about = { environment, incidentType, reason: body.note === '' ? 'feedback' : body.note };
    if (body.verdict !== 'same-as') {
      const kind = body.verdict === 'useful' ? 'useful' : 'routine';
      return decisionJson(await this.#decisions.put(tenant, { ...about, kind }));
    }
    const other = (await this.#report(tenant, body.other as IncidentId, undefined)).incidentType;
    return decisionJson(await this.#decisions.put(tenant, { ...about, kind: 'same-as', other }));
  }

  async #report(tenant: string, id: IncidentId, revision: number | undefined): Promise<RootCauseReport> {
    const report = await this.#store.forTenant({ tenant }).reports.find(id, revision);
    if (report === undefined) throw notFound('incident');
    return report;
  }
}
