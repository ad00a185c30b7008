import { AccessGuard, Operation, Tenant } from '@culprit/platform';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { notFound } from './not-found.js';
import { z } from 'zod';
import { count } from './answer-shapes.js';
import { relatedAnswer, relatedJson, type RelatedJson } from './report-json.js';
import { scanBody, scanIdParam, scanRelatedQuery } from './request-schemas.js';
import type { ScanBody, ScanRelatedQuery } from './request-schemas.js';
import { scanAnswer } from './scan-queue.js';
import type { ScanJson, ScanQueue } from './scan-queue.js';
import { SCANS } from './tokens.js';

const scanListAnswer = z.object({ scans: z.array(scanAnswer), total: count });

/** Root cause scans at a time somebody names. */
@Controller('api/v1/scans')
@UseGuards(AccessGuard)
export class ScansController {
  readonly #scans: ScanQueue;

  constructor(@Inject(SCANS) scans: ScanQueue) {
    this.#scans = scans;
  }

  @Operation({ summary: 'Asks what happened around a moment', answers: { 202: scanAnswer } })
  @Post()
  @HttpCode(202)
  start(
    @Body({ schema: scanBody }) body: ScanBody,
    @Tenant() tenant: string,
    @Res({ passthrough: true }) reply: { header(name: string, value: string): unknown },
  ): ScanJson {
    const scan = this.#scans.start(tenant, body);
    reply.header('location', `/api/v1/scans/${scan.id}`);
    return scan;
  }

  /** The scans that are remembered, latest first: also those that an alert asked for. */
  @Operation({ summary: 'Scans that are remembered, latest first', answers: { 200: scanListAnswer } })
  @Get()
  list(@Tenant() tenant: string): z.output<typeof scanListAnswer> {
    const scans = this.#scans.list(tenant);
    return { scans, total: scans.length };
  }

  @Operation({ summary: 'How far a scan is, and what it found', answers: { 200: scanAnswer } })
  @Get(':id')
  find(@Param('id', { schema: scanIdParam }) id: string, @Tenant() tenant: string): ScanJson {
    const scan = this.#scans.find(tenant, id);
    if (scan === undefined) throw notFound('scan');
    return scan;
  }

  /** What happened around the core of the result; every zoom level holds the one before. */
  @Operation({ summary: 'What happened around the core of the result', answers: { 200: relatedAnswer } })
  @Get(':id/related')
  related(
    @Param('id', { schema: scanIdParam }) id: string,
    @Query({ schema: scanRelatedQuery }) query: ScanRelatedQuery,
    @Tenant() tenant: string,
  ): RelatedJson {
    const report = this.#scans.findReport(tenant, id);
    if (report === undefined) throw notFound('result of a scan');
    return relatedJson(report, query.zoom);
  }
}
