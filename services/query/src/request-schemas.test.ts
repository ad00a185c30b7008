import { describe, expect, it } from 'vitest';
import { eventsQuery, incidentIdParam, incidentsQuery, peekQuery, scanBody } from './request-schemas.js';

describe('request schemas', () => {
  it('read numbers, words and lists', () => {
    expect(eventsQuery.parse({ severity: 'Error', pageSize: '7' })).toEqual({ severity: 17, pageSize: 7 });
    expect(eventsQuery.parse({ severity: '3' })).toEqual({ severity: 3 });
    expect(incidentsQuery.parse({ significance: ['low', 'medium,high'] })).toEqual({
      significance: ['low', 'medium', 'high'],
    });
    expect(scanBody.parse({ at: 1_772_357_400 })).toEqual({ at: 1_772_357_400_000_000_000n });
  });

  it.each([
    [eventsQuery, { pageSize: '1e3' }],
    [eventsQuery, { pageSize: ['1', '2'] }],
    [eventsQuery, { q: '' }],
    [eventsQuery, { q: 'x'.repeat(501) }],
    [eventsQuery, { severity: '0' }],
    [eventsQuery, { severity: '25' }],
    [eventsQuery, { from: '9999-01-01T00:00:00Z' }],
    [eventsQuery, { surplus: '1' }],
    [peekQuery, { before: '1001' }],
    [peekQuery, { scope: 'all' }],
    [scanBody, { at: 'now', logType: '' }],
    [incidentIdParam, '../x'],
    [incidentIdParam, 'x'.repeat(129)],
  ])('refuse what is out of bounds (%#)', (schema, input) => {
    expect(schema.safeParse(input).success).toBe(false);
  });
});
