import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** A password as it is kept: only what scrypt makes of it, with its salt and costs. */
export const passwordHashSchema = z.object({
  salt: z.string(),
  hash: z.string(),
  costLog2: z.int().min(14).max(20),
});
export type PasswordHash = Readonly<z.output<typeof passwordHashSchema>>;

const hashBytes = 32;
const saltBytes = 16;
const blockSize = 8;
/** 2^15 rounds of 8 blocks take 32 MiB and some 80 ms of one core. Source: RFC 7914; OWASP Password Storage, 2024. */
const costLog2 = 15;

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, costLog2);
  return { salt: salt.toString('base64'), hash: hash.toString('base64'), costLog2 };
}

/** Takes equally long whether there is a password to compare with or not. */
export async function isPassword(password: string, kept: PasswordHash | undefined): Promise<boolean> {
  const salt = kept === undefined ? Buffer.alloc(saltBytes) : Buffer.from(kept.salt, 'base64');
  const derived = await derive(password, salt, kept?.costLog2 ?? costLog2);
  if (kept === undefined) return false;
  const expected = Buffer.from(kept.hash, 'base64');
  return expected.length === derived.length && timingSafeEqual(expected, derived);
}

function derive(password: string, salt: Buffer, log2: number): Promise<Buffer> {
  const options = { N: 2 ** log2, r: blockSize, p: 1, maxmem: 2 ** log2 * blockSize * 256 };
  return new Promise((resolve, reject) => {
    // The same letters can be typed as different code points.
    scrypt(password.normalize('NFKC'), salt, hashBytes, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
