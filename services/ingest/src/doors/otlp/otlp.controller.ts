import { AccessGuard, Operation, Tenant, bodyStream } from '@culprit/platform';
import { Controller, HttpCode, Inject, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ingestRequestOf } from '../../http-request.js';
import type { HttpReply, HttpRequest } from '../../http-request.js';
import type { IngestService } from '../../ingest.service.js';
import { foreign, lineIntake } from '../../operations.js';
import { INGEST_SERVICE } from '../../tokens.js';
import { encodeResponse, jsonResponse } from './otlp-answer.js';
import { otlpDoor } from './otlp.door.js';
import { OtlpFilter } from './otlp.filter.js';

/** OTLP over HTTP: where OpenTelemetry's exporters and collectors send logs. */
@Controller(['', 'otlp', 'ingest/otlp'])
@UseGuards(AccessGuard)
@UseFilters(OtlpFilter)
export class OtlpController {
  readonly #service: IngestService;

  constructor(@Inject(INGEST_SERVICE) service: IngestService) {
    this.#service = service;
  }

  @Operation(
    lineIntake({
      summary: 'Takes logs of OpenTelemetry (OTLP)',
      body: {
        'application/x-protobuf': 'ExportLogsServiceRequest',
        'application/json': 'The same in its JSON form',
      },
      answers: {
        200: [foreign, { mediaType: 'application/x-protobuf', description: 'ExportLogsServiceResponse' }],
      },
      errors: 'own',
    }),
  )
  @Post('v1/logs')
  @HttpCode(200)
  @RouteConfig(bodyStream)
  async logs(
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
    @Tenant() tenant: string,
  ): Promise<unknown> {
    const answer = await this.#service.take(ingestRequestOf(request, tenant), otlpDoor);
    if ('stored' in answer) return answer;
    if (!String(request.headers['content-type']).includes('protobuf')) return jsonResponse(answer);
    reply.header('content-type', 'application/x-protobuf');
    return Buffer.from(encodeResponse(answer));
  }
}
