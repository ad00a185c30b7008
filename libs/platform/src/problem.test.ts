import { AppError } from '@culprit/kernel';
import { NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { statusByCode } from './problem-catalogue.js';
import { RequestError, problemOf } from './problem.js';

describe('problem details', () => {
  it.each(Object.entries(statusByCode))('%s answers %i', (code, status) => {
    const error = new AppError({ code, message: 'said to clients' });
    expect(problemOf(error, '/x')).toMatchObject({ status, code, detail: 'said to clients', instance: '/x' });
  });

  it('answers 503 to unknown codes that may pass, 500 without their words to others', () => {
    const passing = new AppError({ code: 'CULPRIT_BUS_FULL', message: 'full', isRetryable: true });
    expect(problemOf(passing, '/')).toMatchObject({ status: 503, detail: 'full', retryAfterSeconds: 1 });
    const lasting = new AppError({
      code: 'CULPRIT_STORE_STATEMENT_FAILED',
      message: 'SELECT',
      hint: 'secret',
    });
    const problem = problemOf(lasting, '/');
    expect(problem.status).toBe(500);
    expect(JSON.stringify(problem)).not.toMatch(/SELECT|secret/);
  });

  it.each([new Error('stack'), 'text', undefined, null, 42, { statusCode: 'x' }])(
    'hides what %s says',
    (thrown) => {
      expect(problemOf(thrown, '/')).toMatchObject({ status: 500, code: 'CULPRIT_HTTP_INTERNAL' });
    },
  );

  it('carries hint, fields and waiting time', () => {
    const error = new RequestError({
      code: 'CULPRIT_INGEST_RATE_EXCEEDED',
      detail: 'slow down',
      hint: 'wait',
      errors: [{ field: 'a', rule: 'b' }],
      retryAfterSeconds: 9,
    });
    expect(problemOf(error, '/')).toMatchObject({
      status: 429,
      hint: 'wait',
      errors: [{ field: 'a', rule: 'b' }],
      retryAfterSeconds: 9,
    });
  });

  it('does not repeat the address in a 404 of the framework', () => {
    expect(problemOf(new NotFoundException('Cannot GET /x?q=secret'), '/x').detail).toBe(
      'there is nothing at this address',
    );
  });
});
