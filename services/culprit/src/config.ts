import { loadConfig, stageConfigShape, tlsConfigSchema } from '@culprit/platform';
import { ingestConfigSchema } from '@culprit/service-ingest/module';
import { queryConfigSchema } from '@culprit/service-query/module';
import { z } from 'zod';

/** Settings of the stages in the one-process mode; `CULPRIT_PIPELINE_<KEY>` in the environment. */
export const pipelineConfigSchema = z.strictObject({
  ...stageConfigShape,
  /** Silence after which event time moves by itself. */
  idleAfterMs: z.coerce.number().int().min(1000).max(600_000).default(5_000),
  /** How many false reports a day are acceptable. */
  falseReportsPerDay: z.coerce.number().positive().max(100).default(0.5),
});

const schemas = {
  ingest: ingestConfigSchema,
  query: queryConfigSchema,
  pipeline: pipelineConfigSchema,
  tls: tlsConfigSchema,
};

/** Variables that the command line reads itself. */
const reserved = ['CULPRIT_URL', 'CULPRIT_TOKEN', 'CULPRIT_DEBUG', 'CULPRIT_LOG_LEVEL', 'CULPRIT_SHARED_DIR'];

/** The parsed settings of the one-process mode. */
export type EmbeddedConfig = ReturnType<typeof loadEmbeddedConfig>;

/** @throws ConfigError that lists every bad variable, without its value */
export function loadEmbeddedConfig(environment: Readonly<Record<string, string | undefined>>) {
  return loadConfig(schemas, environment, reserved);
}
