import { assert, pre, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { saidByPairs } from './pairs.js';

describe('what a line of pairs says', () => {
  for (const [line, said] of [
    ['ts=1 caller=list.go:27 method=List tags= result=0 err="database is gone"', 'database is gone'],
    ['caller=service.go:98 "database error"="dial 10.0.1.6: refused"', 'dial 10.0.1.6: refused'],
    ['level=error msg="cannot read" error="disk \\"a\\" is gone" n=3', 'cannot read: disk "a" is gone'],
    ['"Cannot start" err="no image" pod="a/b"', 'Cannot start: no image'],
    [
      'count=1 reason=Unhealthy msg=Probe failed: Get "http://a/b": refused',
      'Unhealthy: Probe failed: Get "http://a/b": refused',
    ],
    ['level=info msg=started err=nil', 'started err=nil'],
    ['level=info msg="started" err=<nil>', 'started'],
  ] as const) {
    it(`is told first: ${said}`, () => {
      expect(saidByPairs(line)).toBe(said);
    });
  }

  it('is nothing where there are no such pairs', () => {
    for (const line of ['plain words', 'user=7 took=3ms', '"GET /a HTTP/1.1" 200', 'err=', ''])
      expect(saidByPairs(line)).toBeUndefined();
  });

  it('leaves sentences alone that have a pair in them', () => {
    expect(
      saidByPairs('Timed out. State is {type=UNKNOWN, exception={a.b.OpenException: x}}'),
    ).toBeUndefined();
  });

  it('is whatever the error says', () => {
    assert(
      property(string({ minLength: 1, maxLength: 40 }), (error) => {
        pre(!/["\\]/.test(error) && !['null', 'nil', 'none', '<nil>'].includes(error));
        expect(saidByPairs(`n=1 err="${error}" took=3ms`)).toBe(error);
      }),
      { seed: 4, numRuns: 100 },
    );
  });
});
