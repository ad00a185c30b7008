import { fileURLToPath } from 'node:url';
import { AccessLedger, runService, systemClock } from '@culprit/platform';
import { watchGroupLags } from './group-lags.js';
import { queryConfigSchema, queryGrpcService, queryModule } from './module.js';
import { createDecisionPublisher, createRulePublisher } from './rule-publisher.js';

await runService({
  name: 'query',
  schemas: { query: queryConfigSchema },
  grpcServices: [queryGrpcService],
  storePatienceMs: 0,
  modules: async ({ bus, config, health, logger, openStore }) => {
    watchGroupLags(bus, { health, logger });
    const store = await openStore();
    const ledger = new AccessLedger({ openStore: () => Promise.resolve(store), clock: systemClock, logger });
    await ledger.start();
    const rulePublisher = createRulePublisher(bus);
    const decisionPublisher = createDecisionPublisher(bus);
    const consoleDirectory = fileURLToPath(new URL('../../console/dist/pages', import.meta.url));
    const parts = { store, ledger, config: config.query, rulePublisher, decisionPublisher };
    return [queryModule({ ...parts, consoleDirectory })];
  },
});
