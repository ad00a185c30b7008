import { snapshotConfigShape, stageConfigShape } from '@culprit/platform';
import { z } from 'zod';

/** Settings of the structuring service as a process; `CULPRIT_PIPELINE_<KEY>` in the environment. */
export const pipelineConfigSchema = z.strictObject({
  ...stageConfigShape,
  ...snapshotConfigShape,
  /** Silence after which event time moves by itself. */
  idleAfterMs: z.coerce.number().int().min(1000).max(600_000).default(5_000),
});
