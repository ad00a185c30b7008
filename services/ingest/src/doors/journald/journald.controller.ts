import { AccessGuard, Operation, Tenant, bodyStream } from '@culprit/platform';
import { Controller, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ingestRequestOf } from '../../http-request.js';
import type { HttpRequest } from '../../http-request.js';
import type { IngestService } from '../../ingest.service.js';
import { foreign, lineIntake } from '../../operations.js';
import { INGEST_SERVICE } from '../../tokens.js';
import { journaldDoor } from './journald.door.js';

/** Where systemd-journal-upload sends the journal: it adds `/upload` to the address it is given. */
@Controller(['upload', 'ingest/journald/upload'])
@UseGuards(AccessGuard)
export class JournaldController {
  readonly #service: IngestService;

  constructor(@Inject(INGEST_SERVICE) service: IngestService) {
    this.#service = service;
  }

  @Operation(
    lineIntake({
      summary: 'Takes the journal of systemd-journal-upload',
      body: { 'application/vnd.fdo.journal': 'Entries in the journal export format' },
      answers: { 200: [foreign, { mediaType: 'text/plain', description: 'OK' }] },
    }),
  )
  @Post()
  @HttpCode(200)
  @RouteConfig(bodyStream)
  async upload(@Req() request: HttpRequest, @Tenant() tenant: string): Promise<unknown> {
    const answer = await this.#service.take(ingestRequestOf(request, tenant), journaldDoor);
    return 'stored' in answer ? answer : 'OK.\n';
  }
}
