import { AccessGuard, Operation, Tenant, bodyStream, problemOf } from '@culprit/platform';
import { Catch, Controller, HttpCode, Inject, Post, Req, UseFilters, UseGuards } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ingestRequestOf } from '../../http-request.js';
import type { HttpRequest } from '../../http-request.js';
import type { IngestService } from '../../ingest.service.js';
import { foreign, lineIntake } from '../../operations.js';
import { INGEST_SERVICE } from '../../tokens.js';
import { firehoseDoor } from './firehose.door.js';

interface Reply {
  header(name: string, value: string): unknown;
  code(status: number): { send(body: object): unknown };
}

/** Firehose reads every answer as JSON with its own request id, errors too. */
@Catch()
class FirehoseFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const problem = problemOf(error, '/');
    const reply = http.getResponse<Reply>();
    if (problem.retryAfterSeconds !== undefined)
      reply.header('retry-after', String(problem.retryAfterSeconds));
    reply
      .code(problem.status)
      .send({ ...receiptOf(http.getRequest<HttpRequest>()), errorMessage: problem.detail });
  }
}

/** Where Amazon Data Firehose delivers to an HTTP endpoint. */
@Controller(['firehose', 'ingest/firehose'])
@UseGuards(AccessGuard)
@UseFilters(FirehoseFilter)
export class FirehoseController {
  readonly #service: IngestService;

  constructor(@Inject(INGEST_SERVICE) service: IngestService) {
    this.#service = service;
  }

  @Operation(
    lineIntake({
      summary: 'Takes deliveries of Amazon Data Firehose',
      body: { 'application/json': 'Records in base64, also those of CloudWatch Logs' },
      answers: { 200: foreign },
      errors: 'own',
    }),
  )
  @Post()
  @HttpCode(200)
  @RouteConfig(bodyStream)
  async deliver(@Req() request: HttpRequest, @Tenant() tenant: string): Promise<object> {
    const receipt = receiptOf(request);
    const answer = await this.#service.take(
      {
        ...ingestRequestOf(request, tenant),
        ...(receipt.requestId === '' ? {} : { batchId: receipt.requestId }),
      },
      firehoseDoor,
    );
    return 'stored' in answer ? answer : receipt;
  }
}

function receiptOf(request: HttpRequest): { readonly requestId: string; readonly timestamp: number } {
  const id = request.headers['x-amz-firehose-request-id'];
  return { requestId: typeof id === 'string' ? id.slice(0, 200) : '', timestamp: Date.now() };
}
