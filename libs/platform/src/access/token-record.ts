import { z } from 'zod';

/** What a person may do, each with all that stands before it: read; decide; manage access. */
export const roles = ['viewer', 'editor', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What a token is for. */
export const tokenKinds = ['ingest', 'forward', 'user'] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** Days after which a token that opens nothing any more may be forgotten. */
const keepDeadDays = 30;
const millisPerDay = 86_400_000;

/** A token as it is kept. Times are ms since 1970, wall clock. */
export const tokenRecordSchema = z.object({
  tokenId: z.string(),
  tenant: z.string(),
  name: z.string(),
  kind: z.enum(tokenKinds),
  /** Of a user token. */
  role: z.enum(roles).nullable(),
  /** Lines of an ingest token belong to this environment, whatever they say; empty: to the one they say. */
  environment: z.string(),
  /** Its secrets, the newest first; older ones end at `until`. */
  secrets: z.array(
    z.object({
      /** SHA-256 of the secret in hex digits. */
      digest: z.string(),
      until: z.number().nullable(),
      /** The secret of a forwarder itself: its protocol proves that a key is known to somebody who knows it too. */
      sharedKey: z.string().nullable(),
    }),
  ),
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number().nullable(),
  revokedAt: z.number().nullable(),
});
export type TokenRecord = z.output<typeof tokenRecordSchema>;

/** What somebody says about a token that is to be made. */
export interface TokenDraft {
  readonly tenant: string;
  readonly name: string;
  readonly kind: TokenKind;
  readonly role: Role | null;
  readonly environment: string;
  readonly expiresAt: number | null;
}

/** How a token stands at a time. */
export type TokenState = 'active' | 'expired' | 'revoked';

export function stateOfToken({ revokedAt, expiresAt }: TokenRecord, nowMillis: number): TokenState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= nowMillis ? 'expired' : 'active';
}

/** True where this secret of the token still opens something. */
export function isSecretAlive(token: TokenRecord, digest: string, nowMillis: number): boolean {
  if (stateOfToken(token, nowMillis) !== 'active') return false;
  const secret = token.secrets.find((one) => one.digest === digest);
  return secret !== undefined && (secret.until === null || secret.until > nowMillis);
}

/** The token with a new secret; those it had open for the overlap, older ones no longer than they would have. */
export function rotated(
  token: TokenRecord,
  to: {
    readonly digest: string;
    readonly sharedKey: string | null;
    readonly nowMillis: number;
    readonly overlapMillis: number;
  },
): TokenRecord {
  const end = to.nowMillis + to.overlapMillis;
  const before = token.secrets
    .map((secret) => ({ ...secret, until: Math.min(secret.until ?? end, end) }))
    .filter(({ until }) => until > to.nowMillis);
  const { digest, sharedKey } = to;
  return { ...token, secrets: [{ digest, sharedKey, until: null }, ...before] };
}

/** True where nobody will ask about a token any more. */
export function isForgettable(token: TokenRecord, nowMillis: number): boolean {
  const end = token.revokedAt ?? token.expiresAt;
  return end !== null && end + keepDeadDays * millisPerDay < nowMillis;
}

/** True where `role` may do what `needed` may. */
export function mayActAs(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
