import { accessConfigShape } from '@culprit/platform';
import { z } from 'zod';

/** Settings of the query service; `CULPRIT_QUERY_<KEY>` in the environment. */
export const queryConfigSchema = z.strictObject({
  ...accessConfigShape,
  /** Scans that wait at most; more are turned away with 429. */
  maxWaitingScans: z.coerce.number().int().min(1).max(1_000).default(16),
  /** Open streams of new reports at most, one for every page that is open; more are turned away with 429. */
  maxListeners: z.coerce.number().int().min(1).max(10_000).default(200),
  /** How much event time of a log type counts as learning, in minutes. */
  learningMinutes: z.coerce.number().int().min(1).max(100_000).default(120),
});

/** The parsed settings. */
export type QueryConfig = Readonly<z.output<typeof queryConfigSchema>>;
