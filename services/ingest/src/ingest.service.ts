import type { Readable } from 'node:stream';
import type { SourceDefaults } from '@culprit/records';
import { readBody } from './body-reader.js';
import { DecodeError } from './doors/decode-error.js';
import type { Door } from './doors/door.js';
import { malformed } from './errors.js';
import type { DebugAnswer, IngestAnswer } from './ingest-answer.js';
import type { Intake } from './intake.js';
import { planRequest } from './request-plan.js';
import type { Values } from './request-plan.js';

/** One request with its body unread. */
export interface IngestRequest {
  readonly tenant: string;
  /** Lines belong to it whatever they say; empty: to the one they say. */
  readonly environment: string;
  readonly headers: Values;
  readonly query: Values;
  readonly body: Readable;
  /** What the protocol calls this batch, if it does. */
  readonly batchId?: string;
  /** What is known of the source of all lines beside headers and query. */
  readonly defaults?: SourceDefaults;
  /** Sees the unpacked body before its lines are read. @throws DecodeError */
  readonly onBody?: (bytes: Uint8Array) => void;
}

/** Takes requests over HTTP: unpacks the body within limits and answers when its lines are durable. */
export class IngestService {
  readonly #intake: Intake;

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  /**
   * Reads and stores one request, or shows what it means when it says `debug=1`.
   *
   * @throws RequestError as {@link Intake.accept}, and 413, 415 and 400 for bodies that cannot be unpacked
   */
  take(request: IngestRequest, door: Door): Promise<IngestAnswer | DebugAnswer> {
    const intake = this.#intake;
    return intake.counted(async () => {
      intake.checkOpen();
      const plan = planRequest(request.headers, request.query);
      door.checkMediaType?.(plan.mediaType);
      const body = await readBody(request.body, {
        encoding: plan.encoding,
        limits: intake.config,
        budget: intake.budget,
        declaredBytes: declaredBytesOf(request.headers),
      });
      try {
        intake.telemetry.body({ wire: body.wireBytes, inflated: body.bytes.length });
        inspect(request, body.bytes);
        const delivery = {
          tenant: request.tenant,
          environment: request.environment,
          door,
          bytes: body.bytes,
          mediaType: plan.mediaType,
          defaults: request.defaults ?? plan.defaults,
          batchId: request.batchId ?? plan.batchId,
          traceparent: plan.traceparent,
        };
        return await (plan.isDebug ? intake.show(delivery) : intake.accept(delivery));
      } finally {
        body.release();
      }
    });
  }
}

function inspect({ onBody }: IngestRequest, bytes: Uint8Array): void {
  try {
    onBody?.(bytes);
  } catch (error) {
    throw error instanceof DecodeError ? malformed(error) : error;
  }
}

function declaredBytesOf(headers: Values): number | undefined {
  const text = headers['content-length'];
  return typeof text === 'string' ? Number(text) : undefined;
}
