import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { z } from 'zod';
import type { Health } from './health.js';
import type { Metrics } from './metrics.js';
import { Operation } from './openapi/operation.js';
import { HEALTH, METRICS } from './tokens.js';

const readyAnswer = z.object({
  status: z.enum(['ready', 'not ready']),
  reasons: z.record(z.string(), z.string()).readonly().describe('Why not, by part'),
});

/** `/healthz` says the process runs; `/readyz` says whether it can serve, and if not, why. */
@Controller()
export class HealthController {
  readonly #health: Health;

  constructor(@Inject(HEALTH) health: Health) {
    this.#health = health;
  }

  @Operation({
    summary: 'Says that the process lives',
    answers: { 200: z.object({ status: z.literal('ok') }) },
  })
  @Get('healthz')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Operation({
    summary: 'Says whether the process can do its work',
    answers: { 200: readyAnswer, 503: readyAnswer },
  })
  @Get('readyz')
  async ready(
    @Res({ passthrough: true }) reply: { code(status: number): unknown },
  ): Promise<z.output<typeof readyAnswer>> {
    const { isReady, reasons } = await this.#health.readiness();
    if (!isReady) reply.code(503);
    return { status: isReady ? 'ready' : 'not ready', reasons };
  }
}

/** The numbers of the process in the Prometheus text format. */
@Controller()
export class MetricsController {
  readonly #metrics: Metrics;

  constructor(@Inject(METRICS) metrics: Metrics) {
    this.#metrics = metrics;
  }

  @Operation({
    summary: 'Numbers of the process for Prometheus',
    answers: { 200: { mediaType: 'text/plain', description: 'Text format 0.0.4' } },
  })
  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  text(): string {
    return this.#metrics.render();
  }
}
