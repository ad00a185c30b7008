import { AppError } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { engineCodeOf, toStoreError } from './errors.js';

describe('store errors', () => {
  it.each([
    ['Code: 159. DB::Exception: Timeout exceeded. (TIMEOUT_EXCEEDED)', 'CULPRIT_STORE_TIMEOUT', true],
    ['Code: 241. DB::Exception: Memory limit. (MEMORY_LIMIT_EXCEEDED)', 'CULPRIT_STORE_MEMORY', true],
    ['Code: 243. DB::Exception: No space left. (NOT_ENOUGH_SPACE)', 'CULPRIT_STORE_DISK', true],
    [
      'Code: 62. DB::Exception: Syntax error at secret. (SYNTAX_ERROR)',
      'CULPRIT_STORE_STATEMENT_FAILED',
      false,
    ],
    ['something else', 'CULPRIT_STORE_STATEMENT_FAILED', false],
  ])('tell %s apart', (message, code, isRetryable) => {
    const cause = new Error(message);
    expect(toStoreError(cause, 'search_events')).toMatchObject({ code, isRetryable, cause });
  });

  it('name the statement and never repeat what the engine quoted', () => {
    const failure = toStoreError(new Error('Code: 62. DB::Exception: near hunter2'), 'search_events');
    expect(failure.message).toContain('search_events');
    expect(failure.message).not.toContain('hunter2');
  });

  it('treat an abandoned call as an unknown outcome that may be repeated', () => {
    const abandoned = new DOMException('gone', 'AbortError');
    expect(toStoreError(abandoned, 'x')).toMatchObject({ code: 'CULPRIT_STORE_ABORTED', isRetryable: true });
  });

  it('leave an error of this system as it is', () => {
    const known = new AppError({ code: 'CULPRIT_STORE_BUSY', message: 'busy' });
    expect(toStoreError(known, 'x')).toBe(known);
  });

  it('read the engine code of a client error', () => {
    expect(engineCodeOf(Object.assign(new Error('syntax'), { code: '62' }))).toBe(62);
    expect(engineCodeOf(Object.assign(new Error('gone'), { code: 'ECONNRESET' }))).toBeUndefined();
  });
});
