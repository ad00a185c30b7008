import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What a secret opens: the doors for lines, the door of forwarders, the API, or the API for one sign-in. */
export type SecretKind = 'ingest' | 'forward' | 'user' | 'session';

const prefixByKind: Readonly<Record<SecretKind, string>> = {
  ingest: 'culprit_in_',
  forward: 'culprit_fwd_',
  user: 'culprit_user_',
  session: 'culprit_session_',
};

const randomByteCount = 32;
const checksumDigits = 8;

/**
 * A new secret: 256 random bits behind a prefix that scanners for leaked secrets know it by, and a checksum that tells
 * a cut or mistyped one without looking it up. Letters, digits and underscores only: some senders take nothing else.
 */
export function newSecret(kind: SecretKind): string {
  const text = prefixByKind[kind] + randomBytes(randomByteCount).toString('hex');
  return text + checksumOf(text);
}

/** The kind of a secret that was made here and is whole; undefined for any other text. O(length), at most 100 characters. */
export function kindOfSecret(text: string): SecretKind | undefined {
  if (text.length > 100) return undefined;
  const rest = text.slice(0, -checksumDigits);
  if (checksumOf(rest) !== text.slice(-checksumDigits)) return undefined;
  const kinds = Object.keys(prefixByKind) as SecretKind[];
  return kinds.find((kind) => text.startsWith(prefixByKind[kind]));
}

/** What is kept of a secret: SHA-256 in 64 hex digits. Enough, as the secret itself is random. */
export function digestOfSecret(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(checksumDigits, '0');
}
