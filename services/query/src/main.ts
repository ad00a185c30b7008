import { fileURLToPath } from 'node:url';
import { runService } from '@culprit/platform';
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
    const rulePublisher = createRulePublisher(bus);
    const decisionPublisher = createDecisionPublisher(bus);
    const consoleDirectory = fileURLToPath(new URL('../../console/dist/pages', import.meta.url));
    return [queryModule({ store, config: config.query, rulePublisher, decisionPublisher, consoleDirectory })];
  },
});
