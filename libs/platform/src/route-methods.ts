/** Which methods an address has: what a request with another one is told. */
export class RouteMethods {
  readonly #routes: { readonly parts: readonly string[]; readonly methods: readonly string[] }[] = [];

  /** @param url as Fastify writes it: `:name` for a part, `*` for all that follows */
  add(url: string, methods: readonly string[]): void {
    this.#routes.push({ parts: partsOf(url), methods });
  }

  /** Methods of every route that such a path may belong to; empty where there is none. O(routes) */
  of(path: string): readonly string[] {
    const parts = partsOf(path);
    const found = this.#routes.filter((route) => matches(route.parts, parts));
    return [...new Set(found.flatMap(({ methods }) => methods))].toSorted();
  }
}

function partsOf(path: string): readonly string[] {
  return path.split('/').slice(1);
}

function matches(route: readonly string[], parts: readonly string[]): boolean {
  if (route.at(-1) === '*')
    return parts.length >= route.length && matches(route.slice(0, -1), parts.slice(0, route.length - 1));
  return route.length === parts.length && route.every((part, i) => part.startsWith(':') || part === parts[i]);
}
