import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { Health } from './health.js';
import type { Metrics } from './metrics.js';
import { HEALTH, METRICS } from './tokens.js';

/** `/healthz` says the process runs; `/readyz` says whether it can serve, and if not, why. */
@Controller()
export class HealthController {
  readonly #health: Health;

  constructor(@Inject(HEALTH) health: Health) {
    this.#health = health;
  }

  @Get('healthz')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(
    @Res({ passthrough: true }) reply: { code(status: number): unknown },
  ): Promise<{ status: 'ready' | 'not ready'; reasons: Readonly<Record<string, string>> }> {
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

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  text(): string {
    return this.#metrics.render();
  }
}
