import type { IncidentId } from '@culprit/kernel';
import { AccessGuard, Tenant } from '@culprit/platform';
import type { Store } from '@culprit/store';
import { Controller, Get, Header, Inject, Param, Req, UseGuards } from '@nestjs/common';
import { notFound } from './not-found.js';
import type { OverviewService } from './overview.service.js';
import { pagePolicy, renderHome, renderReportPage } from './page.js';
import { incidentJson } from './report-json.js';
import { incidentIdParam } from './request-schemas.js';
import { OVERVIEW, STORE } from './tokens.js';

const REPORTS_SHOWN = 20;
const HTML = 'text/html; charset=utf-8';

/** Pages to read reports with nothing but a browser: no script, no second request. */
@Controller()
@UseGuards(AccessGuard)
export class PageController {
  readonly #store: Store;
  readonly #overview: OverviewService;

  constructor(@Inject(STORE) store: Store, @Inject(OVERVIEW) overview: OverviewService) {
    this.#store = store;
    this.#overview = overview;
  }

  @Get()
  @Header('content-type', HTML)
  @Header('content-security-policy', pagePolicy)
  async home(@Tenant() tenant: string, @Req() request: { readonly host: string }): Promise<string> {
    const [overview, page] = await Promise.all([
      this.#overview.read(tenant),
      this.#store.forTenant({ tenant }).reports.search({ pageSize: REPORTS_SHOWN }),
    ]);
    const incidents = page.reports.map(incidentJson);
    return renderHome(overview, { incidents, total: page.total }, `http://${request.host}`);
  }

  @Get('reports/:id')
  @Header('content-type', HTML)
  @Header('content-security-policy', pagePolicy)
  async report(
    @Param('id', { schema: incidentIdParam }) id: IncidentId,
    @Tenant() tenant: string,
  ): Promise<string> {
    const report = await this.#store.forTenant({ tenant }).reports.find(id);
    if (report === undefined) throw notFound('report');
    return renderReportPage(incidentJson(report));
  }
}
