import { describe, expect, it } from 'vitest';
import { createHealth } from './health.js';

describe('health', () => {
  it('is ready without checks and says why not with them', async () => {
    const health = createHealth();
    expect(await health.readiness()).toEqual({ isReady: true, reasons: {} });
    health.addCheck('store', () => 'opening');
    health.addCheck('bus', async () => {
      throw new Error('lost');
    });
    health.addCheck('fine', () => undefined);
    expect(await health.readiness()).toEqual({ isReady: false, reasons: { store: 'opening', bus: 'lost' } });
  });

  it('is not ready once it stops', async () => {
    const health = createHealth();
    health.beginShutdown();
    expect(health.isStopping).toBe(true);
    expect((await health.readiness()).isReady).toBe(false);
  });

  it('reads the lag of each stage when asked', () => {
    const health = createHealth();
    let lag = 1;
    health.addLag('scoring', () => lag);
    lag = 5;
    expect(health.lags()).toEqual({ scoring: 5 });
  });

  it('collects what people should know', () => {
    const health = createHealth();
    health.addNotice(() => undefined);
    health.addNotice(() => 'streams are folded');
    expect(health.notices()).toEqual(['streams are folded']);
  });
});
