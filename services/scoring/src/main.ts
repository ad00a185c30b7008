import { openStage, runService } from '@culprit/platform';
import { pipelineConfigSchema } from './config.js';
import { scoringModule } from './module.js';

await runService({
  name: 'scoring',
  schemas: { pipeline: pipelineConfigSchema },
  storePatienceMs: Infinity,
  modules: async (parts) => [scoringModule(await openStage(parts))],
});
