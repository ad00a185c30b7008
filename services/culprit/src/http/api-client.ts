import { setTimeout as sleep } from 'node:timers/promises';
import { CliError, exitCodes } from '../cli-error.js';

/** Where a running Culprit is and who asks. */
export interface ApiClientOptions {
  /** Base address, for example `http://127.0.0.1:4680`. */
  readonly url: string;
  readonly token?: string | undefined;
}

/** One request; `body` is sent as it is. */
export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

const maxAttempts = 8;
const retryable = new Set([429, 502, 503, 504]);

/** Talks to the REST API; refusals become one-line errors that say what to do next. */
export class ApiClient {
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  get url(): string {
    return this.#options.url;
  }

  /** Sends a request and reads the JSON answer; retries what the server asks to retry, after the time it names. */
  async request(request: ApiRequest): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#send(request);
      if (response.status === 204) return undefined;
      if (response.ok) return await response.json();
      if (!retryable.has(response.status) || attempt === maxAttempts)
        throw await this.#refusal(request, response);
      await response.body?.cancel();
      const seconds = Number(response.headers.get('retry-after') ?? '1');
      await sleep(Math.min(30, Math.max(0.1, Number.isFinite(seconds) ? seconds : 1)) * 1000);
    }
  }

  async #send({ method = 'GET', path, headers, body }: ApiRequest): Promise<Response> {
    const { url, token } = this.#options;
    const authorization: Record<string, string> =
      token === undefined ? {} : { authorization: `Bearer ${token}` };
    try {
      return await fetch(new URL(path, url), {
        method,
        headers: { ...authorization, ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      });
    } catch (error) {
      const reason =
        error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new CliError(
        `no answer from ${url} (${reason}). Is it running? Start it with "culprit up" or name another with --url.`,
        exitCodes.unavailable,
        error,
      );
    }
  }

  async #refusal(request: ApiRequest, response: Response): Promise<CliError> {
    const problem: unknown = await response.json().catch(() => undefined);
    const detail =
      typeof problem === 'object' && problem !== null && 'detail' in problem
        ? String(problem.detail)
        : response.statusText;
    const hint =
      response.status === 401 || response.status === 403
        ? ' Give a token with --token or CULPRIT_TOKEN.'
        : '';
    const message = `${request.method ?? 'GET'} ${request.path.split('?')[0] ?? ''}: ${response.status} ${detail}${hint}`;
    return new CliError(message, exitCodes.unavailable);
  }
}
