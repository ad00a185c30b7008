import type { TemplateId } from '@culprit/kernel';
import { AccessGuard, Operation, Tenant } from '@culprit/platform';
import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import type { Store } from '@culprit/store';
import { notFound } from './not-found.js';
import { templateIdParam, templateQuery, templatesQuery } from './request-schemas.js';
import type { TemplateQuery, TemplatesQuery } from './request-schemas.js';
import {
  templateDetailAnswer,
  templateDetailJson,
  templateListAnswer,
  templateListJson,
} from './template-json.js';
import type { TemplateDetailJson, TemplateListJson } from './template-json.js';
import { STORE } from './tokens.js';

const DEFAULT_PAGE_SIZE = 100;
const DEFAULT_EXAMPLES = 5;
/** Newest records whose values are looked at. */
const SAMPLED_RECORDS = 200;

/** Event types: what was learned, with exact numbers. */
@Controller('api/v1/templates')
@UseGuards(AccessGuard)
export class TemplatesController {
  readonly #store: Store;

  constructor(@Inject(STORE) store: Store) {
    this.#store = store;
  }

  @Operation({ summary: 'Event types', answers: { 200: templateListAnswer } })
  @Get()
  async list(
    @Query({ schema: templatesQuery }) query: TemplatesQuery,
    @Tenant() tenant: string,
  ): Promise<TemplateListJson> {
    const page = await this.#store.forTenant({ tenant }).templates.search({
      text: query.q,
      environment: query.environment,
      logType: query.logType,
      minSeverity: query.severity,
      isMuted: query.muted,
      sort: query.sort,
      pageSize: query.pageSize ?? DEFAULT_PAGE_SIZE,
      pageToken: query.pageToken,
    });
    return templateListJson(page);
  }

  /** One event type, also by the id of one that was merged into it, with what its newest records show. */
  @Operation({
    summary: 'One event type with what its newest records show',
    answers: { 200: templateDetailAnswer },
  })
  @Get(':id')
  async find(
    @Param('id', { schema: templateIdParam }) id: TemplateId,
    @Query({ schema: templateQuery }) query: TemplateQuery,
    @Tenant() tenant: string,
  ): Promise<TemplateDetailJson> {
    const { templates } = this.#store.forTenant({ tenant });
    const found = (await templates.find(id)).find(
      ({ environment, logType }) =>
        environment === (query.environment ?? environment) && logType === (query.logType ?? logType),
    );
    if (found === undefined) throw notFound('template');
    const sample = await templates.sample(found, SAMPLED_RECORDS);
    return templateDetailJson(found, sample, query.examples ?? DEFAULT_EXAMPLES);
  }
}
