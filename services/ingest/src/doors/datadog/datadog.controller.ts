import { AccessGuard, Operation, Tenant, bodyStream } from '@culprit/platform';
import { Controller, Get, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ingestRequestOf } from '../../http-request.js';
import type { HttpRequest } from '../../http-request.js';
import type { IngestService } from '../../ingest.service.js';
import { foreign, lineIntake, protocolQuestion } from '../../operations.js';
import { INGEST_SERVICE } from '../../tokens.js';
import { datadogDoor } from './datadog.door.js';

/** Where Datadog's agent sends logs. */
@Controller(['', 'ingest/datadog'])
@UseGuards(AccessGuard)
export class DatadogController {
  readonly #service: IngestService;

  constructor(@Inject(INGEST_SERVICE) service: IngestService) {
    this.#service = service;
  }

  /** 202 is what the agent wants to hear; it is said when the lines are durable, as everywhere. */
  @Operation(
    lineIntake({
      summary: 'Takes logs of the Datadog agent',
      body: { 'application/json': 'An array of log items', 'text/plain': 'Lines as they are' },
      answers: { 202: foreign },
    }),
  )
  @Post(['api/v2/logs', 'v1/input', 'v1/input/:key'])
  @HttpCode(202)
  @RouteConfig(bodyStream)
  async logs(@Req() request: HttpRequest, @Tenant() tenant: string): Promise<object> {
    const answer = await this.#service.take(ingestRequestOf(request, tenant), datadogDoor);
    return 'stored' in answer ? answer : {};
  }

  @Operation(protocolQuestion('Says that the API key will do'))
  @Get('api/v1/validate')
  validate(): object {
    return { valid: true };
  }
}
