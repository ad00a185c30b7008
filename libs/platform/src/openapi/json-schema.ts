import { z } from 'zod';

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Turns schemas of requests and answers into JSON Schema. Schemas with an `id` in their metadata are written once, under
 * {@link components}, and referred to.
 */
export class SchemaBook {
  readonly #components = new Map<string, JsonSchema>();

  /** Named schemas that were met so far, by name. */
  get components(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#components].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** @param side `input`: what a client may send, before anything is made of it; `output`: what it gets */
  write(schema: z.ZodType, side: 'input' | 'output'): JsonSchema {
    const whole = z.toJSONSchema(z.object({ it: schema }), { io: side, override: tidy });
    for (const [name, definition] of Object.entries(whole.$defs ?? {})) {
      this.#components.set(name, atComponents(definition) as JsonSchema);
    }
    return atComponents(whole.properties?.['it'] ?? {}) as JsonSchema;
  }
}

/** Query arguments are texts that mean numbers, truths or lists: their metadata says what to write instead, in `wire`. */
function tidy({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void {
  delete jsonSchema['readOnly'];
  const { wire, description } = jsonSchema;
  if (typeof wire !== 'object' || wire === null) return;
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  Object.assign(jsonSchema, wire, description === undefined ? {} : { description });
}

function atComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(atComponents);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === '$ref' && typeof member === 'string'
        ? member.replace('#/$defs/', '#/components/schemas/')
        : atComponents(member),
    ]),
  );
}
