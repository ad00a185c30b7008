import { AccessLedger, anonymousTenant, runService, systemClock } from '@culprit/platform';
import { ingestConfigSchema, ingestModule, type PortReport } from './module.js';

await runService({
  name: 'ingest',
  schemas: { ingest: ingestConfigSchema },
  storePatienceMs: 0,
  modules: async ({ bus, config, health, host, logger, openStore, tls }) => {
    const ports = { host, tls, onReport: (report: PortReport) => logger.info({ ...report }, 'port') };
    const ledger = new AccessLedger({ openStore, clock: systemClock, logger });
    // Without a store this ends, too: lines are then taken by the tokens of the configuration.
    await ledger.start();
    health.addCheck('tokens', () =>
      ledger.isKnown || config.ingest.tokens.length > 0 ? undefined : 'who may send lines is not known yet',
    );
    return [ingestModule({ bus, config: config.ingest, ports, ledger, onlyTenant: anonymousTenant })];
  },
});
