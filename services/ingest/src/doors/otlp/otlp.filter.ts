import { problemOf } from '@culprit/platform';
import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { encodeStatus, jsonStatus } from './otlp-answer.js';

interface Reply {
  readonly sent: boolean;
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string | Uint8Array): unknown;
}

/** Answers failed requests as the protocol wants: a `google.rpc.Status` in the form of the request. */
@Catch()
export class OtlpFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<Reply>();
    const { headers, url } = http.getRequest<{
      readonly headers: Readonly<Record<string, unknown>>;
      readonly url: string;
    }>();
    if (reply.sent) return;
    const problem = problemOf(error, url.split('?')[0] ?? '');
    reply.code(problem.status);
    if (problem.retryAfterSeconds !== undefined)
      reply.header('retry-after', String(problem.retryAfterSeconds));
    const isBinary = String(headers['content-type']).includes('protobuf');
    reply.header('content-type', isBinary ? 'application/x-protobuf' : 'application/json');
    reply.send(isBinary ? encodeStatus(problem) : JSON.stringify(jsonStatus(problem)));
  }
}
