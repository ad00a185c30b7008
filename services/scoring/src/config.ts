import { snapshotConfigShape, stageConfigShape } from '@culprit/platform';
import { z } from 'zod';

/** Settings of the scoring service as a process; `CULPRIT_PIPELINE_<KEY>` in the environment. */
export const pipelineConfigSchema = z.strictObject({
  ...stageConfigShape,
  ...snapshotConfigShape,
});
