import { Operation, RequestError, bodyStream } from '@culprit/platform';
import type { AccessRequest } from '@culprit/platform';
import { ACCESS, Access } from '@culprit/platform';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ingestRequestOf } from '../../http-request.js';
import type { HttpRequest } from '../../http-request.js';
import type { IngestService } from '../../ingest.service.js';
import { foreign, lineIntake, protocolQuestion } from '../../operations.js';
import { INGEST_SERVICE } from '../../tokens.js';
import type { Door } from '../door.js';
import { asObject } from '../json-body.js';
import { linesDoor } from '../lines/lines.door.js';
import { BatchBook } from './batch-book.js';
import { defaultsOf, signStream, signerOfStream, verifyStream } from './stream-token.js';
import { jsonEventsDoor, timedLinesDoor } from './zebrium.doors.js';

type Request = HttpRequest & AccessRequest;

const silence = { mediaType: 'text/plain', description: 'Empty: any word is an error to its clients' };

/** The protocol of Zebrium's collectors, so that they go on working with another address. */
@Controller(['', 'ingest/zebrium'])
export class ZebriumController {
  readonly #service: IngestService;
  readonly #access: Access;
  readonly #batches = new BatchBook();

  constructor(@Inject(INGEST_SERVICE) service: IngestService, @Inject(ACCESS) access: Access) {
    this.#service = service;
    this.#access = access;
  }

  /** A token for one stream, for the account's token. Asked for often; nothing is kept. */
  @Operation({
    summary: 'A token for one stream',
    body: { 'application/json': 'What identifies the stream' },
    answers: { 200: foreign },
  })
  @Post('log/api/v2/token')
  @HttpCode(200)
  token(@Req() request: Request, @Body() body: unknown): { readonly token: string } {
    const principal = this.#access.admit(request);
    const defaults = defaultsOf(asObject(body) ?? {});
    return { token: signStream({ signedBy: Access.signatureOf(principal), defaults }, principal.digest) };
  }

  @Operation(
    lineIntake({
      summary: 'Takes lines of a stream with their times',
      body: { 'application/json': 'Lines that begin with ze_tm=' },
      answers: { 200: silence },
    }),
  )
  @Post('log/api/v2/tmpost')
  @HttpCode(200)
  @RouteConfig(bodyStream)
  timedLines(@Req() request: Request): Promise<string> {
    return this.#takeStream(request, timedLinesDoor);
  }

  /** A file or standard input as it is. Its client takes any word in the answer for an error. */
  @Operation(
    lineIntake({
      summary: 'Takes a file of a stream',
      body: { 'application/octet-stream': 'The file' },
      answers: { 200: silence },
    }),
  )
  @Post('log/api/v2/post')
  @HttpCode(200)
  @RouteConfig(bodyStream)
  file(@Req() request: Request): Promise<string> {
    return this.#takeStream(request, linesDoor);
  }

  @Operation(
    lineIntake({
      summary: 'Takes events as JSON',
      body: { 'application/json': 'Messages' },
      answers: { 200: silence },
    }),
  )
  @Post('log/api/v2/ingest')
  @HttpCode(200)
  @RouteConfig(bodyStream)
  async events(@Req() request: Request): Promise<string> {
    await this.#service.take(ingestRequestOf(request, this.#access.admit(request).tenant), jsonEventsDoor);
    return '';
  }

  @Operation({
    summary: 'Announces a batch of uploads',
    body: { 'application/json': 'What is known of the batch' },
    answers: { 200: foreign },
  })
  @Post('log/api/v2/batch')
  @HttpCode(200)
  begin(@Req() request: Request, @Body() body: unknown): object {
    return this.#batches.begin(this.#access.admit(request).tenant, asObject(body) ?? {});
  }

  @Operation({
    summary: 'Ends or cancels a batch',
    body: { 'application/json': 'What happened to it' },
    answers: { 200: foreign },
  })
  @Put('log/api/v2/batch/:id')
  update(@Req() request: Request, @Param('id') id: string, @Body() body: unknown): object {
    return this.#batches.update(this.#access.admit(request).tenant, id, asObject(body) ?? {});
  }

  @Operation(protocolQuestion('How far a batch is'))
  @Get('log/api/v2/batch/:id')
  show(@Req() request: Request, @Param('id') id: string): object {
    return this.#batches.show(this.#access.admit(request).tenant, id);
  }

  /** What the collector tells about itself at its start; nobody here reads it. */
  @Operation({
    summary: 'Listens to what a collector tells about itself',
    body: { 'application/json': 'Anything' },
    answers: { 200: foreign },
  })
  @Post('api/v2/support')
  @HttpCode(200)
  support(@Req() request: Request): object {
    this.#access.admit(request);
    return {};
  }

  async #takeStream(request: Request, door: Door): Promise<string> {
    const token = this.#access.secretOf(request) ?? '';
    const principal = this.#access.bySignature(signerOfStream(token));
    const defaults = principal === undefined ? undefined : verifyStream(token, principal.digest);
    if (principal === undefined || defaults === undefined) {
      request.raw.resume();
      throw new RequestError({
        code: 'CULPRIT_HTTP_UNAUTHENTICATED',
        detail: 'the stream token is not known: ask for another one',
      });
    }
    // The open service is for this machine alone, whatever a token says.
    if (this.#access.isOpen) this.#access.admit(request);
    else request.principal = principal;
    const taken = ingestRequestOf(request, principal.tenant);
    const headers = door === linesDoor ? { ...taken.headers, 'content-type': 'text/plain' } : taken.headers;
    await this.#service.take({ ...taken, headers, defaults }, door);
    return '';
  }
}
