import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parameterTypeOf } from './index.js';

describe('parameterTypeOf', () => {
  it.each([
    ['42', 'number'],
    ['-3.5e10', 'number'],
    ['97%', 'number'],
    ['2.572ms', 'quantity'],
    ['64KiB', 'quantity'],
    ['12MB/s', 'quantity'],
    ['0x1f2a', 'hex'],
    ['deadbeef00', 'hex'],
    ['0e2ebe6b-8bec-4509-b42e-6c8a41d352e7', 'uuid'],
    ['10.0.3.85:37089', 'ip'],
    ['10.0.0.0/16', 'ip'],
    ['[::1]:5672', 'ip'],
    ['fe80::1', 'ip'],
    ['2026-03-01T09:30:00Z', 'date-time'],
    ['09:30:00.123', 'date-time'],
    ['https://example.org/a?b=c', 'url'],
    ['/var/log/messages', 'path'],
    ['true', 'boolean'],
    ['carts-5b79655688-rvlsc', 'identifier'],
    ['eth0', 'identifier'],
    ['refused', 'text'],
    ['a b c', 'text'],
    ['', 'text'],
  ])('takes %s for a %s', (value, type) => {
    expect(parameterTypeOf(value)).toBe(type);
  });

  it('answers for any text, however long', () => {
    fc.assert(fc.property(fc.string({ maxLength: 2_000 }), (value) => parameterTypeOf(value).length > 0));
    expect(parameterTypeOf('a'.repeat(100_000))).toBe('text');
  });
});
