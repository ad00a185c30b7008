import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOfSecret, newSecret } from './secret.js';
import {
  isForgettable,
  isSecretAlive,
  mayActAs,
  rotated,
  stateOfToken,
  type TokenRecord,
} from './token-record.js';

const token: TokenRecord = {
  tokenId: 'a',
  tenant: 'default',
  name: 'collectors',
  kind: 'ingest',
  role: null,
  environment: '',
  secrets: [{ digest: 'first', until: null, sharedKey: null }],
  createdAt: 0,
  createdBy: 'somebody',
  expiresAt: null,
  revokedAt: null,
};

describe('secrets', () => {
  it('are random, say what they open, and are refused when a character is wrong or missing', () => {
    const secret = newSecret('ingest');
    expect(secret).toMatch(/^culprit_in_[0-9a-f]{72}$/);
    expect(newSecret('ingest')).not.toBe(secret);
    expect(kindOfSecret(secret)).toBe('ingest');
    expect(kindOfSecret(newSecret('session'))).toBe('session');
    for (const other of [
      secret.slice(1),
      secret.slice(0, -1),
      secret.replace('in_', 'IN_'),
      `${secret}0`,
      '',
    ]) {
      expect(kindOfSecret(other)).toBeUndefined();
    }
  });

  it('are told from any other text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(kindOfSecret(text)).toBeUndefined();
      }),
    );
  });
});

describe('a token', () => {
  it('opens until it expires or is revoked', () => {
    expect(stateOfToken(token, 1)).toBe('active');
    const short = { ...token, expiresAt: 10 };
    expect([stateOfToken(short, 9), stateOfToken(short, 10)]).toEqual(['active', 'expired']);
    expect(stateOfToken({ ...short, revokedAt: 5 }, 6)).toBe('revoked');
    expect(isSecretAlive({ ...token, revokedAt: 5 }, 'first', 6)).toBe(false);
    expect(isSecretAlive(token, 'another', 6)).toBe(false);
  });

  it('has two secrets for as long as a rotation overlaps', () => {
    const next = rotated(token, { digest: 'second', sharedKey: null, nowMillis: 100, overlapMillis: 50 });
    const alive = (at: number) => ['first', 'second'].map((digest) => isSecretAlive(next, digest, at));
    expect([alive(100), alive(149), alive(150)]).toEqual([
      [true, true],
      [true, true],
      [false, true],
    ]);
  });

  it('never gives an older secret more time by rotating again', () => {
    const second = rotated(token, { digest: 'second', sharedKey: null, nowMillis: 100, overlapMillis: 50 });
    const third = rotated(second, { digest: 'third', sharedKey: null, nowMillis: 120, overlapMillis: 1_000 });
    expect(third.secrets).toEqual([
      { digest: 'third', until: null, sharedKey: null },
      { digest: 'second', until: 1_120, sharedKey: null },
      { digest: 'first', until: 150, sharedKey: null },
    ]);
    expect(
      rotated(third, { digest: 'x', sharedKey: null, nowMillis: 2_000, overlapMillis: 0 }).secrets,
    ).toHaveLength(1);
  });

  it('is forgotten a month after its end and not before', () => {
    const day = 86_400_000;
    expect(isForgettable(token, 1_000 * day)).toBe(false);
    expect(isForgettable({ ...token, revokedAt: 0 }, 30 * day)).toBe(false);
    expect(isForgettable({ ...token, revokedAt: 0 }, 30 * day + 1)).toBe(true);
    expect(isForgettable({ ...token, expiresAt: 5, revokedAt: 0 }, 31 * day)).toBe(true);
  });
});

describe('roles', () => {
  it('include those below them', () => {
    const all = ['viewer', 'editor', 'admin'] as const;
    expect(all.map((role) => all.map((needed) => mayActAs(role, needed)))).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });
});
