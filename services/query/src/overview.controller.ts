import { AccessGuard, Operation, Tenant } from '@culprit/platform';
import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { overviewAnswer } from './overview.service.js';
import type { OverviewJson, OverviewService } from './overview.service.js';
import { overviewQuery } from './request-schemas.js';
import type { OverviewQuery } from './request-schemas.js';
import { OVERVIEW } from './tokens.js';

@Controller('api/v1/overview')
@UseGuards(AccessGuard)
export class OverviewController {
  readonly #overview: OverviewService;

  constructor(@Inject(OVERVIEW) overview: OverviewService) {
    this.#overview = overview;
  }

  @Operation({ summary: 'What there is and how it goes', answers: { 200: overviewAnswer } })
  @Get()
  read(
    @Query({ schema: overviewQuery }) query: OverviewQuery,
    @Tenant() tenant: string,
  ): Promise<OverviewJson> {
    return this.#overview.read(tenant, query.environment);
  }
}
