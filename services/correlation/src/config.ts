import { snapshotConfigShape, stageConfigShape } from '@culprit/platform';
import { z } from 'zod';

/** Settings of the correlation service as a process; `CULPRIT_PIPELINE_<KEY>` in the environment. */
export const pipelineConfigSchema = z.strictObject({
  ...stageConfigShape,
  ...snapshotConfigShape,
  /** How many false reports a day are acceptable. */
  falseReportsPerDay: z.coerce.number().positive().max(100).default(0.5),
});
