import type { IncidentTypeSummary } from '@culprit/correlation';
import { formatRfc3339, toEpochNanos } from '@culprit/kernel';
import { AccessGuard, Tenant } from '@culprit/platform';
import type { Store } from '@culprit/store';
import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { decisionJson } from './decision-schemas.js';
import type { DecisionJson } from './decision-schemas.js';
import type { ActiveDecision, DecisionsService } from './decisions.service.js';
import { overviewQuery } from './request-schemas.js';
import type { OverviewQuery } from './request-schemas.js';
import { DECISIONS, STORE } from './tokens.js';

/** A kind of incident as the API shows it. */
export interface IncidentTypeJson {
  readonly incidentType: string;
  readonly environment: string;
  /** Title of the latest. */
  readonly title: string;
  /** Incidents of the type, told or not. */
  readonly occurrences: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** True where it became part of normal life and is told no more, unless somebody decided otherwise. */
  readonly isRoutine: boolean;
  readonly decisions: readonly DecisionJson[];
}

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
  @Get()
  async list(
    @Query({ schema: overviewQuery }) query: OverviewQuery,
    @Tenant() tenant: string,
  ): Promise<{ incidentTypes: IncidentTypeJson[]; total: number }> {
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
