import type { IncidentTypeSummary } from '@culprit/correlation';
import { formatRfc3339, toEpochNanos } from '@culprit/kernel';
import { AccessGuard, Operation, Tenant } from '@culprit/platform';
import type { Store } from '@culprit/store';
import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { count, named, time } from './answer-shapes.js';
import { decisionAnswer, decisionJson } from './decision-schemas.js';
import type { ActiveDecision, DecisionsService } from './decisions.service.js';
import { overviewQuery } from './request-schemas.js';
import type { OverviewQuery } from './request-schemas.js';
import { DECISIONS, STORE } from './tokens.js';

/** A kind of incident as the API shows it. */
const incidentTypeAnswer = named('IncidentType', 'A kind of incident', {
  incidentType: z.string(),
  environment: z.string(),
  title: z.string().describe('Of the latest'),
  occurrences: count.describe('Incidents of the type, told or not'),
  firstSeen: time,
  lastSeen: time,
  isRoutine: z
    .boolean()
    .describe(
      'True where it became part of normal life and is told no more, unless somebody decided otherwise',
    ),
  decisions: z.array(decisionAnswer).readonly(),
});
export type IncidentTypeJson = z.output<typeof incidentTypeAnswer>;

const incidentTypesAnswer = z.object({ incidentTypes: z.array(incidentTypeAnswer).readonly(), total: count });

/** Kinds of incident, routines among them. */
@Controller('api/v1/incident-types')
@UseGuards(AccessGuard)
export class IncidentTypesController {
  readonly #store: Store;
  readonly #decisions: DecisionsService;

  constructor(@Inject(STORE) store: Store, @Inject(DECISIONS) decisions: DecisionsService) {
    this.#store = store;
    this.#decisions = decisions;
  }

  /** Latest first, at most 1,000. */
  @Operation({
    summary: 'Kinds of incident, told or not, latest first',
    answers: { 200: incidentTypesAnswer },
  })
  @Get()
  async list(
    @Query({ schema: overviewQuery }) query: OverviewQuery,
    @Tenant() tenant: string,
  ): Promise<z.output<typeof incidentTypesAnswer>> {
    const types = await this.#store.forTenant({ tenant }).incidentTypes.list(query.environment);
    const decisions = await this.#decisions.list(tenant);
    return { incidentTypes: types.map((type) => typeJson(type, decisions)), total: types.length };
  }
}

function typeJson(type: IncidentTypeSummary, decisions: readonly ActiveDecision[]): IncidentTypeJson {
  const about = decisions.filter(
    ({ decision }) =>
      decision.kind !== 'mute-labels' &&
      decision.incidentType === type.incidentType &&
      (decision.environment === '' || decision.environment === type.environment),
  );
  return {
    incidentType: type.incidentType,
    environment: type.environment,
    title: type.title,
    occurrences: type.occurrences,
    firstSeen: formatRfc3339(toEpochNanos(type.firstSeen)),
    lastSeen: formatRfc3339(toEpochNanos(type.lastSeen)),
    isRoutine: type.isRoutine,
    decisions: about.map(decisionJson),
  };
}
