import { accessConfigShape } from '@culprit/platform';
import { z } from 'zod';
import { parseNetworks } from './notify/address-guard.js';

/** Settings of the query service; `CULPRIT_QUERY_<KEY>` in the environment. */
export const queryConfigSchema = z.strictObject({
  ...accessConfigShape,
  /** Scans that wait at most; more are turned away with 429. */
  maxWaitingScans: z.coerce.number().int().min(1).max(1_000).default(16),
  /** Open streams of new reports at most, one for every page that is open; more are turned away with 429. */
  maxListeners: z.coerce.number().int().min(1).max(10_000).default(200),
  /** How much event time of a log type counts as learning, in minutes. */
  learningMinutes: z.coerce.number().int().min(1).max(100_000).default(120),
  /** Address under which people reach the console, for links in messages; without it messages have none. */
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional(),
  /** Closed networks that messages may be sent to all the same, such as `10.1.2.0/24,127.0.0.1`. */
  allowedAddresses: z
    .string()
    .max(2_000)
    .default('')
    .transform((text, context) => {
      const networks = parseNetworks(text);
      if (networks !== undefined) return networks;
      context.addIssue({
        code: 'custom',
        message: 'expected networks such as 10.1.2.0/24, separated by commas',
      });
      return z.NEVER;
    }),
});

/** The parsed settings. */
export type QueryConfig = Readonly<z.output<typeof queryConfigSchema>>;
