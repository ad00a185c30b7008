import { forgetToken, readToken } from './session.js';

/** An answer that is no success, with what the server says about it. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** A request of {@link request}. */
export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the API, `path` being below `/api/v1/`.
 *
 * @returns the answer, which the caller knows the form of: the types are the server's own
 * @throws ApiError what the server refuses, in its words
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const answer = await ask(path, {
    method: options.method ?? 'GET',
    signal: options.signal ?? null,
    ...(options.body === undefined
      ? {}
      : { body: JSON.stringify(options.body), headers: { 'content-type': 'application/json' } }),
  });
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** Opens an address of the API; the answer is a success. @throws ApiError */
export async function ask(path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  const token = readToken();
  if (token !== '') headers.set('authorization', `Bearer ${token}`);
  const answer = await fetch(`/api/v1/${path}`, { ...init, headers });
  if (answer.ok) return answer;
  if (answer.status === 401) forgetToken();
  throw new ApiError(answer.status, await detailOf(answer));
}

/** `name=value` pairs for what is given; lists repeat the name. */
export function queryText(
  values: Readonly<Record<string, string | number | readonly string[] | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const item of [value].flat())
      if (item !== undefined && item !== '') query.append(name, String(item));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

async function detailOf(answer: Response): Promise<string> {
  try {
    const problem: unknown = await answer.json();
    if (typeof problem === 'object' && problem !== null && 'detail' in problem) return String(problem.detail);
  } catch {
    // Not a problem of the API: a proxy in between has its own words.
  }
  return `${answer.status} ${answer.statusText}`;
}
