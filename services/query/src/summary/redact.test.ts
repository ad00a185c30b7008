import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Redactor } from './redact.js';

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

describe('redaction', () => {
  it.each([
    ['Authorization: Bearer abcdef123456', 'abcdef123456'],
    [`token ${jwt} refused`, jwt],
    ['key AKIAIOSFODNN7EXAMPLE denied', 'AKIAIOSFODNN7EXAMPLE'],
    ['connect to postgres://shop:hunter2@db:5432', 'hunter2'],
    ['{"password":"hunter2","user":"a"}', 'hunter2'],
    ['login DB_PASSWORD=hunter2;', 'hunter2'],
    ['mail to jane.doe@shop.example bounced', 'jane.doe@shop.example'],
    ['card 4111 1111 1111 1111 declined', '4111 1111 1111 1111'],
    ['no route to 10.1.2.3:8080', '10.1.2.3'],
    ['from 2001:db8:0:1:1:1:1:1 port 22', '2001:db8:0:1:1:1:1:1'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', 'MIIE'],
    ['digest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', '9f86d081884c7d65'],
  ])('of %j lets the secret not pass', (text, secret) => {
    expect(new Redactor().redact(text)).not.toContain(secret);
  });

  it.each([
    'order 4711 failed after 3000 ms, 12 of 15 items',
    'java.lang.IllegalStateException: Queue full at org.example.orders.OrderService.place(OrderService.java:42)',
    'started 2026-03-01T09:30:00.000Z version 2.14.0 in 00:01:30',
    'build 4111 1111 1111 1112 is no card',
  ])('leaves %j as it is', (text) => {
    expect(new Redactor().redact(text)).toBe(text);
  });

  it('gives one value one stand-in, and values back for stand-ins it gave', () => {
    const redactor = new Redactor();
    const text = redactor.redact('10.0.0.1 asked 10.0.0.2, then 10.0.0.1 gave up; ask a@b.example');
    expect(text).toBe('<ip-1> asked <ip-2>, then <ip-1> gave up; ask <email-1>');
    expect(redactor.restore('<ip-2> was down, said <email-1> and <ip-9>')).toBe(
      '10.0.0.2 was down, said a@b.example and <ip-9>',
    );
    expect(redactor.counts).toEqual({ ip: 2, email: 1 });
  });

  it('comes to an end on any text and undoes itself', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), (text) => {
        fc.pre(!/<[a-z-]+-\d+>/.test(text));
        const redactor = new Redactor();
        expect(redactor.restore(redactor.redact(text))).toBe(text);
      }),
      { seed: 1 },
    );
  });
});
