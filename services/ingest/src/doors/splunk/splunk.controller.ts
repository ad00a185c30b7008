import { AccessGuard, Operation, Tenant, bodyStream } from '@culprit/platform';
import { Controller, Get, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ingestRequestOf } from '../../http-request.js';
import type { HttpRequest } from '../../http-request.js';
import type { IngestService } from '../../ingest.service.js';
import { foreign, lineIntake, protocolQuestion } from '../../operations.js';
import { INGEST_SERVICE } from '../../tokens.js';
import { linesDoor } from '../lines/lines.door.js';
import { splunkDoor } from './splunk.door.js';

/** Splunk's HTTP event collector. Without indexer acknowledgement: 200 already means durable. */
@Controller(['services/collector', 'ingest/splunk/services/collector'])
@UseGuards(AccessGuard)
export class SplunkController {
  readonly #service: IngestService;

  constructor(@Inject(INGEST_SERVICE) service: IngestService) {
    this.#service = service;
  }

  @Operation(
    lineIntake({
      summary: 'Takes events of Splunk (HEC)',
      body: { 'application/json': 'Event objects, one after the other' },
      answers: { 200: foreign },
    }),
  )
  @Post(['', 'event', 'event/1.0'])
  @HttpCode(200)
  @RouteConfig(bodyStream)
  async events(@Req() request: HttpRequest, @Tenant() tenant: string): Promise<object> {
    const answer = await this.#service.take(ingestRequestOf(request, tenant), splunkDoor);
    return 'stored' in answer ? answer : success;
  }

  @Operation(
    lineIntake({
      summary: 'Takes lines for Splunk (HEC)',
      body: { 'text/plain': 'Lines as they are' },
      answers: { 200: foreign },
    }),
  )
  @Post(['raw', 'raw/1.0'])
  @HttpCode(200)
  @RouteConfig(bodyStream)
  async raw(@Req() request: HttpRequest, @Tenant() tenant: string): Promise<object> {
    const taken = ingestRequestOf(request, tenant);
    const answer = await this.#service.take(
      { ...taken, headers: { ...taken.headers, 'content-type': 'text/plain' } },
      linesDoor,
    );
    return 'stored' in answer ? answer : success;
  }

  @Operation(protocolQuestion('Says that events are taken'))
  @Get(['health', 'health/1.0'])
  health(): object {
    return { text: 'HEC is healthy', code: 17 };
  }
}

const success = { text: 'Success', code: 0 } as const;
