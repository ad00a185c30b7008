import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import type { AddressGuard, PinnedAddress } from './address-guard.js';
import type { OutgoingRequest } from './formats/request.js';

/** What came back; the body is cut. */
export interface Answer {
  readonly status: number;
  /** Text of a Retry-After header, empty without. */
  readonly retryAfter: string;
  readonly body: string;
}

/** Bounds of one call. */
export interface PostOptions {
  readonly guard: AddressGuard;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

/**
 * Posts to an address of the settings: only where the guard lets it, at the very address that the guard saw, without
 * following redirects, within a time for all of it.
 *
 * @throws AppError of the guard; Error where no answer came
 */
export async function post(outgoing: OutgoingRequest, options: PostOptions): Promise<Answer> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  const url = new URL(outgoing.url);
  const pinned = await orAbort(options.guard.pin(url.hostname), signal);
  const response = await send({ url, outgoing, pinned, signal });
  return {
    status: response.statusCode ?? 0,
    retryAfter: response.headers['retry-after'] ?? '',
    body: await readStart(response, options.maxAnswerBytes),
  };
}

function send(call: {
  readonly url: URL;
  readonly outgoing: OutgoingRequest;
  readonly pinned: readonly [PinnedAddress, ...PinnedAddress[]];
  readonly signal: AbortSignal;
}): Promise<IncomingMessage> {
  const { url, outgoing, pinned, signal } = call;
  const body = Buffer.from(outgoing.body);
  const start = url.protocol === 'https:' ? requestTls : requestPlain;
  return new Promise((resolve, reject) => {
    const request = start(
      url,
      {
        method: 'POST',
        // A connection is not kept: it would outlive the look at its address.
        agent: false,
        signal,
        headers: { 'user-agent': 'culprit', ...outgoing.headers, 'content-length': body.length },
        lookup: (_host, { all }, done) => {
          if (all === true) done(null, [...pinned]);
          else done(null, pinned[0].address, pinned[0].family);
        },
      },
      resolve,
    );
    request.once('error', reject);
    request.end(body);
  });
}

async function readStart(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  response.destroy();
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}

/** Looking a name up cannot be stopped, but need not be waited for. */
function orAbort<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('timed out'));
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
