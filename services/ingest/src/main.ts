import { runService } from '@culprit/platform';
import { ingestConfigSchema, ingestModule, type PortReport } from './module.js';

await runService({
  name: 'ingest',
  schemas: { ingest: ingestConfigSchema },
  storePatienceMs: 0,
  modules: ({ bus, config, host, logger }) => {
    const ports = { host, onReport: (report: PortReport) => logger.info({ ...report }, 'port') };
    return Promise.resolve([ingestModule({ bus, config: config.ingest, ports })]);
  },
});
