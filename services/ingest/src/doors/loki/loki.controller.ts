import { AccessGuard, Operation, Tenant, bodyStream } from '@culprit/platform';
import { Controller, Get, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ingestRequestOf } from '../../http-request.js';
import type { HttpReply, HttpRequest } from '../../http-request.js';
import type { IngestService } from '../../ingest.service.js';
import { lineIntake, protocolQuestion, taken } from '../../operations.js';
import { INGEST_SERVICE } from '../../tokens.js';
import { lokiDoor } from './loki.door.js';

/** Where Promtail, Alloy and everything else that speaks to Loki sends logs. */
@Controller(['', 'ingest/loki'])
@UseGuards(AccessGuard)
export class LokiController {
  readonly #service: IngestService;

  constructor(@Inject(INGEST_SERVICE) service: IngestService) {
    this.#service = service;
  }

  /** 204 is what Loki answers; 200 with a body shows what was understood, or why lines were refused. */
  @Operation(
    lineIntake({
      summary: 'Takes streams of Loki',
      body: { 'application/x-protobuf': 'PushRequest, packed with snappy', 'application/json': 'Streams' },
      answers: { 200: taken, 204: 'nothing' },
    }),
  )
  @Post(['loki/api/v1/push', 'api/prom/push'])
  @HttpCode(204)
  @RouteConfig(bodyStream)
  async push(
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
    @Tenant() tenant: string,
  ): Promise<unknown> {
    const answer = await this.#service.take(ingestRequestOf(request, tenant), lokiDoor);
    if (!('stored' in answer) && Object.keys(answer.rejected).length === 0) return undefined;
    reply.code(200);
    return answer;
  }

  /** Vector and Alloy ask before they send. */
  @Operation(
    protocolQuestion('Says that streams are taken', { mediaType: 'text/plain', description: 'ready' }),
  )
  @Get(['ready', 'loki/ready', 'loki/api/v1/status/buildinfo'])
  ready(): string {
    return 'ready\n';
  }
}
