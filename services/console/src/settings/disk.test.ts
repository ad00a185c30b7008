import { describe, expect, it } from 'vitest';
import { bytesOfMonth, bytesText } from './disk.js';

describe('disk', () => {
  it('is told in units that people read', () => {
    expect([0, 1_023, 1_024, 30_726_463, 1_503_238_553, 2 ** 50].map(bytesText)).toEqual([
      '0 bytes',
      '1023 bytes',
      '1.0 KiB',
      '29 MiB',
      '1.4 GiB',
      '1024 TiB',
    ]);
  });

  it('is foretold once enough is stored', () => {
    expect(bytesOfMonth({ events: 20_000, eventsPerSecond: 2, diskBytes: 1_000_000 })).toBe(259_200_000);
    expect(bytesOfMonth({ events: 9_999, eventsPerSecond: 2, diskBytes: 1_000_000 })).toBeUndefined();
    expect(bytesOfMonth({ events: 20_000, eventsPerSecond: 0, diskBytes: 1_000_000 })).toBeUndefined();
  });
});
