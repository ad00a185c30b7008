import { parseAccessTokens } from '@culprit/platform';
import { z } from 'zod';

/** Settings of the query service; `CULPRIT_QUERY_<KEY>` in the environment. */
export const queryConfigSchema = z.strictObject({
  /** `tenant:token` pairs separated by commas; empty serves callers on this machine only. */
  tokens: z
    .string()
    .default('')
    .transform((text, context) => {
      const tokens = parseAccessTokens(text);
      if (tokens !== undefined) return tokens;
      context.addIssue({
        code: 'custom',
        message: 'expected tenant:token pairs with tokens of at least 16 characters',
      });
      return z.NEVER;
    }),
  /** `anywhere` serves callers without a token from the network too. */
  anonymousFrom: z.enum(['loopback', 'anywhere']).default('loopback'),
  /** Scans that wait at most; more are turned away with 429. */
  maxWaitingScans: z.coerce.number().int().min(1).max(1_000).default(16),
  /** How much event time of a log type counts as learning, in minutes. */
  learningMinutes: z.coerce.number().int().min(1).max(100_000).default(120),
});

/** The parsed settings. */
export type QueryConfig = Readonly<z.output<typeof queryConfigSchema>>;
