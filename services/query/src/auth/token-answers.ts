import { formatRfc3339, toEpochNanos } from '@culprit/kernel';
import { roles, stateOfToken, tokenKinds } from '@culprit/platform';
import type { TokenRecord } from '@culprit/platform';
import { z } from 'zod';

const time = z.iso.datetime({ precision: 9 });

/** Names that people give: printable, without space at the ends. */
export const accessName = z
  .string()
  .regex(
    /^[\p{L}\p{N}](?:[\p{L}\p{N}._@ +-]{0,98}[\p{L}\p{N}])?$/u,
    'expected 1 to 100 letters, digits and ._@+-',
  );

const tenantName = z.string().regex(/^[\w.-]{1,64}$/, 'expected letters, digits, dot, dash and underscore');

export const tokenIdParam = z.string().regex(/^[0-9a-f]{12}$/, 'expected the id of a token');

/** What is said about a token that is to be made. */
export const tokenBody = z
  .strictObject({
    name: accessName,
    kind: z
      .enum(tokenKinds)
      .describe('`ingest` opens the doors for lines, `forward` that of Fluent forward, `user` the API'),
    role: z.enum(roles).optional().describe('Of a user token; `viewer` unless said'),
    environment: z
      .string()
      .regex(/^[\w./:-]{1,200}$/, 'expected a name of an environment')
      .optional()
      .describe('Of an ingest token: its lines belong there, whatever they say'),
    tenant: tenantName.optional().describe('That of the caller unless said; operators may name another'),
    expiresInDays: z.int().min(1).max(3_650).optional().describe('Never unless said'),
  })
  .refine(({ kind, role }) => role === undefined || kind === 'user', {
    path: ['role'],
    message: 'only user tokens have one',
  })
  .refine(({ kind, environment }) => environment === undefined || kind !== 'user', {
    path: ['environment'],
    message: 'only tokens that send lines have one',
  });
export type TokenBody = z.output<typeof tokenBody>;

export const rotateBody = z.strictObject({
  overlapMinutes: z
    .int()
    .min(0)
    .max(43_200)
    .default(1_440)
    .describe('How long the secret before goes on: time to change it everywhere'),
});
export type RotateBody = z.output<typeof rotateBody>;

export const tokenAnswer = z
  .object({
    tokenId: z.string(),
    name: z.string(),
    kind: z.enum(tokenKinds),
    role: z.enum(roles).nullable(),
    tenant: z.string(),
    environment: z.string().describe('Empty where lines say their own'),
    state: z.enum(['active', 'expired', 'revoked']),
    createdAt: time,
    createdBy: z.string(),
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable().describe('Up to a minute late'),
    overlapEndsAt: time.nullable().describe('Until then the secret before the newest one goes on'),
  })
  .readonly()
  .meta({ id: 'Token', description: 'A token without its secret' });
export type TokenJson = z.output<typeof tokenAnswer>;

export const tokenListAnswer = z
  .object({ tokens: z.array(tokenAnswer).readonly(), total: z.int() })
  .readonly()
  .meta({ id: 'TokenList' });

export const newTokenAnswer = z
  .object({ token: tokenAnswer, secret: z.string().describe('Shown this once') })
  .readonly()
  .meta({ id: 'NewToken' });
export type NewTokenJson = z.output<typeof newTokenAnswer>;

/** A token as the API tells it. @param usedAt in ms since 1970 */
export function tokenJson(token: TokenRecord, usedAt: number | undefined, nowMillis: number): TokenJson {
  const { tokenId, name, kind, role, tenant, environment, createdBy } = token;
  const overlap = token.secrets[1]?.until ?? null;
  return {
    tokenId,
    name,
    kind,
    role,
    tenant,
    environment,
    state: stateOfToken(token, nowMillis),
    createdAt: wallTime(token.createdAt),
    createdBy,
    expiresAt: token.expiresAt === null ? null : wallTime(token.expiresAt),
    lastUsedAt: usedAt === undefined ? null : wallTime(usedAt),
    overlapEndsAt: overlap === null || overlap <= nowMillis ? null : wallTime(overlap),
  };
}

/** Wall clock as text. */
export function wallTime(millis: number): string {
  return formatRfc3339(toEpochNanos(millis));
}
