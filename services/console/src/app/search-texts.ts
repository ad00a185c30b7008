/** Reads the named texts of an address; what is empty or no text is left out. */
export function textsOf<const Name extends string>(
  names: readonly Name[],
): (raw: Readonly<Record<string, unknown>>) => Partial<Record<Name, string | undefined>> {
  return (raw) => {
    const texts: Partial<Record<Name, string | undefined>> = {};
    for (const name of names) {
      const value = raw[name];
      // The router reads `?q=500` as a number.
      if (typeof value === 'string' || typeof value === 'number') {
        if (value !== '') texts[name] = String(value);
      }
    }
    return texts;
  };
}

/** What is not said does not stand in the address. */
export function withoutGaps<T extends object>(search: T): T {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ''),
  ) as T;
}
