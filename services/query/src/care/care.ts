import { z } from 'zod';
import { count, named, time } from '../answer-shapes.js';

/** How far people are with an incident; `open` until somebody says otherwise. */
export const careStates = ['open', 'acknowledged', 'resolved', 'muted'] as const;
export type CareState = (typeof careStates)[number];

/** Notes of one incident at most; the oldest go first. */
export const maxNotes = 200;

const person = z.string().trim().max(200);

export const careBody = z
  .strictObject({
    state: z.enum(careStates).optional(),
    /** Empty for nobody. */
    owner: person.optional(),
    author: person.default(''),
  })
  .refine(({ state, owner }) => state !== undefined || owner !== undefined, 'expected a state or an owner');
export type CareBody = z.output<typeof careBody>;

export const noteBody = z.strictObject({
  text: z.string().trim().min(1).max(4_000),
  author: person.default(''),
});
export type NoteBody = z.output<typeof noteBody>;

export const careListQuery = z.strictObject({ state: z.enum(careStates).optional() });
export type CareListQuery = z.output<typeof careListQuery>;

/** What one person said or did. */
export interface CareNote {
  /** ms since 1970, wall clock. */
  readonly at: number;
  /** Empty where nobody said who it was. */
  readonly author: string;
  readonly kind: 'note' | 'change';
  readonly text: string;
}

/** What people made of an incident. */
export interface Care {
  readonly state: CareState;
  readonly owner: string;
  /** Oldest first. */
  readonly notes: readonly CareNote[];
}

export const untouched: Care = { state: 'open', owner: '', notes: [] };

const careShape = {
  incidentId: z.string(),
  state: z.enum(careStates),
  owner: z.string().describe('Empty for nobody'),
};

export const careAnswer = named('IncidentCare', 'What people made of an incident', {
  ...careShape,
  notes: z
    .array(
      z
        .object({ at: time, author: z.string(), kind: z.enum(['note', 'change']), text: z.string() })
        .readonly(),
    )
    .readonly()
    .describe('Oldest first'),
});
export type CareJson = z.output<typeof careAnswer>;

export const careListAnswer = z
  .object({
    incidents: z.array(z.object({ ...careShape, notes: count }).readonly()).readonly(),
    total: count,
  })
  .readonly();
export type CareListJson = z.output<typeof careListAnswer>;
