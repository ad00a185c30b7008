import { AppError } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config.js';
import { createHealth } from './health.js';
import { closeOnSignal, describeFatal } from './lifecycle.js';
import { silentLogger } from './logger.js';

describe('end of a process', () => {
  it('says in words what failed and what to do, without a stack', () => {
    const error = new AppError({ code: 'CULPRIT_X', message: 'the port is taken', hint: 'Choose another.' });
    expect(describeFatal(error)).toEqual({
      text: 'culprit: the port is taken\nChoose another.',
      exitCode: 1,
    });
    expect(describeFatal(new TypeError('oops'))).toEqual({
      text: 'culprit: unexpected TypeError: oops',
      exitCode: 70,
    });
  });

  it('ends with 78 when the configuration is wrong', () => {
    expect(describeFatal(new ConfigError([{ key: 'CULPRIT_A', rule: 'unknown variable' }]))).toMatchObject({
      exitCode: 78,
      text: expect.stringContaining('CULPRIT_A: unknown variable'),
    });
  });

  it.each([
    ['closes in time', () => Promise.resolve(), 0],
    ['fails to close', () => Promise.reject(new Error('no')), 1],
    ['never closes', () => new Promise<void>(() => {}), 1],
  ])('turns work away first and tells by its exit code that it %s', async (_what, close, exitCode) => {
    const health = createHealth();
    const ended = closeOnSignal({
      health,
      logger: silentLogger,
      drainTimeoutMs: 20,
      close: () => {
        expect(health.isStopping).toBe(true);
        return close();
      },
    });
    process.emit('SIGTERM');
    expect(await ended).toBe(exitCode);
  });
});
