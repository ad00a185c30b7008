interface ValueSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly additionalProperties?: boolean;
}

/** Whether a chart's schema knows a value, named as after `--set`. */
export function knowsValue(schema: ValueSchema, path: string): boolean {
  let place: ValueSchema | undefined = schema;
  for (const name of path.split('.')) {
    if (place.type === 'object' && place.properties === undefined) return true;
    place = place.properties?.[name];
    if (place === undefined) return false;
  }
  return true;
}
