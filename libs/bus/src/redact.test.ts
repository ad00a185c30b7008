import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redactSecrets } from './redact.js';

const redact = (text: string): string => Buffer.from(redactSecrets(Buffer.from(text))).toString();

it.each([
  ['login with password=hunter2 failed', 'login with password=******* failed'],
  ['{"api_key": "k-123456", "user": "eve"}', '{"api_key": "********", "user": "eve"}'],
  ['Authorization: Bearer abcdefgh.123', 'Authorization: Bearer ************'],
  ['connect amqp://shop:s3cr3t@mq:5672', 'connect amqp://shop:******@mq:5672'],
  ['got eyJhbGciOiJI.eyJzdWIiOiI.c2ln from eve', `got ${'*'.repeat(29)} from eve`],
])('masks the secret and nothing else in %s', (text, expected) => {
  expect(redact(text)).toBe(expected);
});

it('leaves lines without secrets as they are', () => {
  const text = 'tokens refreshed; keyboard ok; GET http://carts:8080/carts/7 took 12 ms';
  expect(redact(text)).toBe(text);
});

it('keeps the length of any bytes, and changes bytes to the mask only', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const redacted = redactSecrets(bytes);
      expect(redacted.length).toBe(bytes.length);
      expect(redacted.every((byte, index) => byte === bytes[index] || byte === 0x2a)).toBe(true);
    }),
    { numRuns: 100 },
  );
});
