import { AccessLedger, anonymousTenant, runService, systemClock } from '@culprit/platform';
import { ingestConfigSchema, ingestModule, type PortReport } from './module.js';

await runService({
  name: 'ingest',
  schemas: { ingest: ingestConfigSchema },
  storePatienceMs: 0,
  modules: ({ bus, config, host, logger, openStore, tls }) => {
    const ports = { host, tls, onReport: (report: PortReport) => logger.info({ ...report }, 'port') };
    // Not awaited: lines are taken while the store is away, by the tokens of the configuration.
    const ledger = new AccessLedger({ openStore, clock: systemClock, logger });
    void ledger.start();
    return Promise.resolve([
      ingestModule({ bus, config: config.ingest, ports, ledger, onlyTenant: anonymousTenant }),
    ]);
  },
});
