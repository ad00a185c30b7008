import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig, variableName } from './config.js';

const schemas = {
  ingest: z.strictObject({
    maxBodyBytes: z.coerce.number().int().min(1).default(8),
    apiToken: z.string().min(16).optional(),
  }),
  query: z.strictObject({ pageSize: z.coerce.number().int().max(100).default(50) }),
};

function problemsOf(environment: Record<string, string>, reserved?: readonly string[]) {
  try {
    loadConfig(schemas, environment, reserved);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('expected a ConfigError');
}

describe('configuration', () => {
  it('takes defaults where nothing is set, and text as numbers where it is', () => {
    const config = loadConfig(schemas, {
      CULPRIT_INGEST_MAX_BODY_BYTES: '12',
      CULPRIT_QUERY_PAGE_SIZE: '',
      HOME: '/x',
    });
    expect(config).toEqual({ ingest: { maxBodyBytes: 12 }, query: { pageSize: 50 } });
  });

  it('names every broken rule at once and never the value', () => {
    const error = problemsOf({
      CULPRIT_INGEST_MAX_BODY_BYTES: 'many',
      CULPRIT_INGEST_API_TOKEN: 'hunter2',
      CULPRIT_QUERY_PAGE_SIZE: '101',
    });
    expect(error.problems.map(({ key }) => key)).toEqual([
      'CULPRIT_INGEST_MAX_BODY_BYTES',
      'CULPRIT_INGEST_API_TOKEN',
      'CULPRIT_QUERY_PAGE_SIZE',
    ]);
    expect(error.message).not.toContain('hunter2');
    expect(error.message).not.toContain('many');
  });

  it('refuses a misspelt variable, except where another part reads it', () => {
    expect(problemsOf({ CULPRIT_INGEST_MAX_BODY_BYTE: '1' }).problems).toEqual([
      { key: 'CULPRIT_INGEST_MAX_BODY_BYTE', rule: 'unknown variable' },
    ]);
    expect(loadConfig(schemas, { CULPRIT_URL: 'x' }, ['CULPRIT_URL'])).toBeDefined();
  });

  it('cannot be changed afterwards', () => {
    const config = loadConfig(schemas, {});
    expect(() => Object.assign(config.ingest, { maxBodyBytes: 1 })).toThrow(TypeError);
  });

  it('spells variables in upper snake case', () => {
    expect(variableName('ingest', 'maxInFlightBytes')).toBe('CULPRIT_INGEST_MAX_IN_FLIGHT_BYTES');
  });
});
