import { encodeUtf8 } from '@culprit/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statusSeverity } from './http-status.js';

function severityOf(line: string): number {
  const bytes = encodeUtf8(line);
  return statusSeverity(bytes, 0, bytes.length);
}

describe('statusSeverity', () => {
  it('takes a status of the server for an error, in the layouts of common servers', () => {
    expect(severityOf('10.0.0.1 - - [01/Mar/2026:10:00:00 +0000] "GET /a HTTP/1.1" 502 157 "-" "curl"')).toBe(
      17,
    );
    expect(severityOf('10.0.0.1 - bob [01/Mar/2026:10:00:00 +0000] "POST /b?q=1 HTTP/2.0" 500 0')).toBe(17);
    expect(severityOf('h "GET / HTTP/3" 503')).toBe(17);
  });

  it('says nothing of other statuses and of other lines', () => {
    expect(severityOf('10.0.0.1 - - [x] "GET /a HTTP/1.1" 200 157')).toBe(0);
    expect(severityOf('10.0.0.1 - - [x] "GET /a HTTP/1.1" 404 157')).toBe(0);
    expect(severityOf('said "hello" 500 times')).toBe(0);
    expect(severityOf('"HTTP/1.1" 5000 bytes')).toBe(0);
    expect(severityOf('')).toBe(0);
  });

  it('answers for any bytes and stays inside its range', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect([0, 17]).toContain(statusSeverity(bytes, 0, bytes.length));
      }),
    );
    const bytes = encodeUtf8('x "GET / HTTP/1.1" 502 1');
    expect(statusSeverity(bytes, 0, 12)).toBe(0);
  });
});
