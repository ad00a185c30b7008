import { openStage, runService } from '@culprit/platform';
import { pipelineConfigSchema } from './config.js';
import { correlationModule } from './module.js';

await runService({
  name: 'correlation',
  schemas: { pipeline: pipelineConfigSchema },
  storePatienceMs: Infinity,
  modules: async (parts) => {
    const { falseReportsPerDay } = parts.config.pipeline;
    return [correlationModule({ ...(await openStage(parts)), correlation: { falseReportsPerDay } })];
  },
});
