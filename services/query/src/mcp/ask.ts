/** A question to the REST interface. */
export interface Question {
  readonly method: 'GET' | 'POST';
  /** With the query, below `/api/v1/`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
}

/** What the REST interface said; its body is JSON. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Asks the REST interface, in this process or in another: with the rights of who asked us, and no others. */
export type Ask = (question: Question) => Promise<Reply>;

/** A path with the arguments that were given. */
export function pathWith(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? path : `${path}?${given.toString()}`;
}
