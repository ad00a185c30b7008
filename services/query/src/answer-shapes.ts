import { z } from 'zod';

/** A time as answers give it: RFC 3339 in UTC with nanoseconds. */
export const time = z.string().meta({ format: 'date-time', examples: ['2026-03-01T09:30:00.000000000Z'] });

/** A whole number of things. */
export const count = z.int().min(0);

/** A page of a list; the token asks for the next one. */
export const pageShape = {
  total: count.describe('All that the question matches, on every page'),
  nextPageToken: z.string().nullable().describe('Null on the last page'),
};

/** The word for how bad a line says it is. */
export const severityName = z.string().meta({
  enum: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', ''],
  description: 'Empty for unknown',
});

/** An object of an answer that has a name of its own in the description of the API. */
export function named<Shape extends z.ZodRawShape>(id: string, description: string, shape: Shape) {
  return z.object(shape).readonly().meta({ id, description });
}
