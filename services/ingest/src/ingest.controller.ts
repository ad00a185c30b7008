import type { Readable } from 'node:stream';
import { AccessGuard, Tenant, bodyStream } from '@culprit/platform';
import { Controller, Get, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { DebugAnswer, IngestAnswer } from './ingest-answer.js';
import type { IngestService } from './ingest.service.js';
import { INGEST_SERVICE } from './tokens.js';

/** What of a request this controller reads. */
interface LogsRequest {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** The unread body; undefined when there is none. */
  readonly body?: Readable;
  readonly raw: Readable;
}

/** Receives log lines over HTTP. */
@Controller('ingest/v1')
@UseGuards(AccessGuard)
export class IngestController {
  readonly #service: IngestService;

  constructor(@Inject(INGEST_SERVICE) service: IngestService) {
    this.#service = service;
  }

  @Post('logs')
  @HttpCode(200)
  @RouteConfig(bodyStream)
  logs(@Req() request: LogsRequest, @Tenant() tenant: string): Promise<IngestAnswer | DebugAnswer> {
    return this.#service.take({
      tenant,
      headers: request.headers,
      query: request.query,
      body: request.body ?? request.raw,
    });
  }

  /** Collectors ask before they send. */
  @Get('logs')
  probe(): { readonly status: 'ok'; readonly accepts: readonly string[] } {
    return { status: 'ok', accepts: ['application/x-ndjson', 'application/json', 'text/plain'] };
  }
}
