import { describe, expect, it } from 'vitest';
import { saslOf, tlsOf } from './kafka-client.js';

describe('the login at a broker', () => {
  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'by %s is a name and its password',
    (mechanism) => {
      expect(saslOf({ mechanism, username: 'culprit', password: 'secret' })).toEqual({
        mechanism,
        username: 'culprit',
        password: 'secret',
      });
    },
  );

  it('at Amazon MSK is a token that is made anew for every connection', async () => {
    const environment = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' };
    const sasl = saslOf({ mechanism: 'aws-msk-iam', region: 'eu-west-1', environment });
    if (sasl.mechanism !== 'oauthbearer') throw new Error(`unexpected ${sasl.mechanism}`);
    const { value } = await sasl.oauthBearerProvider();
    expect(Buffer.from(value, 'base64url').toString()).toContain('https://kafka.eu-west-1.amazonaws.com/?');
  });
});

describe('the encryption of connections', () => {
  it('names only what was given', () => {
    expect(tlsOf({})).toEqual({});
    expect(tlsOf({ ca: 'authority', cert: undefined, key: undefined })).toEqual({ ca: 'authority' });
    expect(tlsOf({ ca: 'a', cert: 'b', key: 'c' })).toEqual({ ca: 'a', cert: 'b', key: 'c' });
  });
});
