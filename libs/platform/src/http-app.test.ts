import { connect } from 'node:net';
import { AppError } from '@culprit/kernel';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { createHealth } from './health.js';
import { createHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';
import { systemClock } from './lifecycle.js';
import { createLogger, silentLogger } from './logger.js';
import { createMetrics } from './metrics.js';
import { RequestError } from './problem.js';

class SampleController {
  full(): never {
    throw new AppError({ code: 'CULPRIT_BUS_FULL', message: 'the queue is full', isRetryable: true });
  }

  bug(): never {
    throw new Error('SELECT secret FROM table');
  }

  field(): never {
    throw new RequestError({
      code: 'CULPRIT_HTTP_INVALID',
      detail: 'the query has 1 problem',
      errors: [{ field: 'from', rule: 'expected a time' }],
    });
  }

  echo(body: unknown): unknown {
    return body;
  }
}

class SampleModule {
  readonly name = 'sample';
}

// Decorators as plain calls: the test runner's transform knows the decorator syntax only in compiled sources.
Controller('sample')(SampleController);
for (const name of ['full', 'bug', 'field', 'echo'] as const) {
  const route = name === 'echo' ? Post(name) : Get(name);
  route(SampleController.prototype, name, { value: SampleController.prototype[name] });
}
Body()(SampleController.prototype, 'echo', 0);
Module({ controllers: [SampleController] })(SampleModule);

const sample: DynamicModule = { module: SampleModule };

describe('http app', () => {
  let app: HttpApp | undefined;
  afterEach(async () => app?.close());

  async function start(health = createHealth()): Promise<string> {
    app = await createHttpApp({
      logger: silentLogger,
      metrics: createMetrics(),
      health,
      clock: systemClock,
      modules: [sample],
    });
    return app.listen('127.0.0.1', 0);
  }

  it('answers an unknown address with problem+json that does not repeat the query', async () => {
    const base = await start();
    const answer = await fetch(`${base}/nowhere?q=secret`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ status: 404, instance: '/nowhere' });
    expect(text).not.toContain('secret');
  });

  it('turns a retryable failure into 503 with Retry-After', async () => {
    const answer = await fetch(`${await start()}/sample/full`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({ code: 'CULPRIT_BUS_FULL', detail: 'the queue is full' });
  });

  it('hides what a bug says', async () => {
    const answer = await fetch(`${await start()}/sample/bug`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('SELECT');
  });

  it('names the field that breaks a rule', async () => {
    const answer = await fetch(`${await start()}/sample/field`);
    expect(await answer.json()).toMatchObject({ errors: [{ field: 'from', rule: 'expected a time' }] });
  });

  it.each([
    ['text/plain', 'x', 415],
    ['application/json', '{"a":', 400],
    ['application/json', `"${'x'.repeat(1_100_000)}"`, 413],
  ])('refuses a %s body that is not small valid JSON', async (type, body, status) => {
    const answer = await fetch(`${await start()}/sample/echo`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('accepts JSON and sends strict security headers', async () => {
    const answer = await fetch(`${await start()}/sample/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: '{"a":1}',
    });
    expect(await answer.json()).toEqual({ a: 1 });
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is alive while it is not ready and says why', async () => {
    const health = createHealth();
    health.addCheck('store', () => 'migrating');
    const base = await start(health);
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
    const ready = await fetch(`${base}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ status: 'not ready', reasons: { store: 'migrating' } });
  });

  it.each([
    ['NONSENSE\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 431],
  ])('answers what is no request with problem+json (%#)', async (text, status) => {
    const { port } = new URL(await start());
    const answer = await talk(Number(port), text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('application/problem+json');
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ status });
  });

  it('says in one line that the port is taken', async () => {
    const base = await start();
    const logged: string[] = [];
    const second = await createHttpApp({
      logger: createLogger({ level: 'warn', destination: { write: (line) => logged.push(line) } }),
      metrics: createMetrics(),
      health: createHealth(),
      clock: systemClock,
      modules: [],
    });
    await expect(second.listen('127.0.0.1', Number(new URL(base).port))).rejects.toMatchObject({
      code: 'CULPRIT_PLATFORM_PORT_UNUSABLE',
    });
    await second.close();
    expect(logged).toEqual([]);
  });
});

/** Writes raw bytes to a port and reads until the other side closes. */
function talk(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
