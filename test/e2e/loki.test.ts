import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { pinoLoki } from 'pino-loki';
import { createLogger } from 'winston';
import LokiTransport from 'winston-loki';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCulprit, type Culprit } from './support/culprit.js';

let culprit: Culprit;
beforeAll(async () => {
  culprit = await startCulprit();
});
afterAll(() => culprit.stop());

describe('Loki clients', () => {
  it('store every line with its source', async () => {
    const transport = pinoLoki({
      host: culprit.address,
      labels: { app: 'pino-app' },
      interval: 0.1,
    } as never);
    const logger = pino(transport);
    for (let i = 0; i < 100; i++) logger.error({ orderId: i }, 'order timed out');
    await sleep(500);
    for (const json of [true, false]) {
      const loki = new LokiTransport({
        host: culprit.address,
        labels: { app: json ? 'winston-json' : 'winston-proto' },
        json,
        batching: true,
        interval: 0.1,
      });
      const winston = createLogger({ transports: [loki] });
      for (let i = 0; i < 100; i++) winston.warn(`cache miss for key ${i}`);
      await loki.flush();
    }
    const events = await culprit.stored(300);
    const ofApp = (app: string) => events.filter(({ logType }) => logType === app);
    expect(ofApp('pino-app')).toHaveLength(100);
    expect(ofApp('pino-app')[3]).toMatchObject({ severityNumber: 17 });
    expect(ofApp('pino-app')[3]?.body).toContain('"orderId":3');
    for (const app of ['winston-json', 'winston-proto']) {
      expect(ofApp(app)).toHaveLength(100);
      expect(ofApp(app)[5]).toMatchObject({ severityNumber: 13 });
      expect(ofApp(app)[5]?.body).toContain('cache miss for key 5');
    }
  });
});
