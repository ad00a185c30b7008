import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { FluentClient } from '@fluent-org/logger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCulprit, type Culprit } from './support/culprit.js';

let culprit: Culprit;
beforeAll(async () => {
  culprit = await startCulprit();
});
afterAll(() => culprit.stop());

function addressOf(name: string): { readonly host: string; readonly port: number } {
  const [host = '', port = ''] = culprit.portOf(name).split(':');
  return { host, port: Number(port) };
}

const message = (app: string, i: number): string =>
  `<131>1 2026-11-24T02:31:46Z vm ${app} - - - Order ${i} timed out`;

describe('ports of their own', () => {
  it('store what @fluent-org/logger sends in every mode, each chunk acknowledged', async () => {
    const modes = ['Message', 'Forward', 'PackedForward', 'CompressedPackedForward'] as const;
    for (const eventMode of modes) {
      const client = new FluentClient(`fluent-${eventMode}`, {
        eventMode,
        ack: { ackTimeout: 20_000 },
        socket: addressOf('Fluent forward'),
      });
      const acknowledged = Array.from({ length: 50 }, (_, i) =>
        client.emit({ log: `line ${i} of forward`, stream: 'stdout' }),
      );
      await client.flush();
      await Promise.all(acknowledged);
      await client.disconnect();
    }
    const events = await culprit.stored(200);
    for (const mode of modes)
      expect(events.filter(({ logType }) => logType === `fluent-${mode}`)).toHaveLength(50);
  });

  it('store syslog over UDP and TCP in both framings', async () => {
    const { host, port } = addressOf('syslog UDP\\+TCP');
    const udp = createSocket('udp4');
    for (let i = 0; i < 50; i++)
      await new Promise((sent) => udp.send(message('udp-app', i), port, host, sent));
    udp.close();
    const tcp = connect(port, host);
    for (let i = 0; i < 50; i++) {
      const counted = message('counted-app', i);
      tcp.write(`${counted.length} ${counted}${message('line-app', i)}\n`);
    }
    await new Promise<void>((ended) => tcp.end(ended));
    const events = await culprit.stored(350);
    for (const app of ['udp-app', 'counted-app', 'line-app']) {
      const mine = events.filter(({ logType }) => logType === app);
      expect(mine).toHaveLength(50);
      expect(mine[3]).toMatchObject({ severityNumber: 17, host: 'vm' });
      expect(mine[3]?.body).toMatch(/^Order \d+ timed out$/);
    }
  });
});
