import { AccessGuard, Operation, Tenant, bodyStream } from '@culprit/platform';
import { Controller, Get, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { linesDoor } from './doors/lines/lines.door.js';
import { ingestRequestOf } from './http-request.js';
import type { HttpRequest } from './http-request.js';
import type { DebugAnswer, IngestAnswer } from './ingest-answer.js';
import type { IngestService } from './ingest.service.js';
import { lineIntake, protocolQuestion, taken } from './operations.js';
import { INGEST_SERVICE } from './tokens.js';

/** Receives log lines over HTTP. */
@Controller('ingest/v1')
@UseGuards(AccessGuard)
export class IngestController {
  readonly #service: IngestService;

  constructor(@Inject(INGEST_SERVICE) service: IngestService) {
    this.#service = service;
  }

  @Operation(
    lineIntake({
      summary: 'Takes log lines',
      body: {
        'application/x-ndjson': 'A JSON object or a text on every line',
        'application/json': 'An array of objects, or one',
        'text/plain': 'Lines as they are',
      },
      answers: { 200: taken },
    }),
  )
  @Post('logs')
  @HttpCode(200)
  @RouteConfig(bodyStream)
  logs(@Req() request: HttpRequest, @Tenant() tenant: string): Promise<IngestAnswer | DebugAnswer> {
    return this.#service.take(ingestRequestOf(request, tenant), linesDoor);
  }

  /** Collectors ask before they send. */
  @Operation(protocolQuestion('Says that lines are taken'))
  @Get('logs')
  probe(): { readonly status: 'ok'; readonly accepts: readonly string[] } {
    return { status: 'ok', accepts: ['application/x-ndjson', 'application/json', 'text/plain'] };
  }
}
