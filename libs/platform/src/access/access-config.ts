import { z } from 'zod';
import { parseAccessTokens } from './access.js';

/** The settings of every service that answers requests; spread them into its schema. */
export const accessConfigShape = {
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
};
