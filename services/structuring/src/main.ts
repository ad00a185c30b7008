import { openStage, runService } from '@culprit/platform';
import { pipelineConfigSchema } from './config.js';
import { structuringModule } from './module.js';

await runService({
  name: 'structuring',
  schemas: { pipeline: pipelineConfigSchema },
  storePatienceMs: Infinity,
  modules: async (parts) => {
    const { idleAfterMs } = parts.config.pipeline;
    return [structuringModule({ ...(await openStage(parts)), idleAfterMs })];
  },
});
