import type { OperationDescription } from '@culprit/platform';
import { z } from 'zod';
import { debugAnswer, ingestAnswer } from './ingest-answer.js';

/** What may be said about all lines of a request, whatever its protocol; see `request-plan.ts`. */
const name = z.string().regex(/^[ -~]{0,1000}$/);
const query = z.object({
  environment: name.optional(),
  log_type: name.optional(),
  namespace: name.optional(),
  service: name.optional(),
  pod: name.optional(),
  container: name.optional(),
  host: name.optional(),
  file: name.optional(),
  debug: z.string().optional().describe('`1` shows what was understood and stores nothing'),
});

const headers = {
  'X-Batch-Id': z.string().max(200).describe('Makes a repetition of the request one batch'),
  'Content-Encoding': z.string().describe('`gzip`, `deflate` or `zstd`'),
};

/** An answer in the form of a foreign protocol. */
export const foreign = z.looseObject({});

/** What a line intake of our own answers. */
export const taken = z.union([ingestAnswer, debugAnswer]);

/** Describes a route that takes log lines. */
export function lineIntake(
  description: Pick<OperationDescription, 'summary' | 'answers' | 'errors'> & {
    readonly body: NonNullable<OperationDescription['body']>;
  },
): OperationDescription {
  return { ...description, query, headers };
}

/** Describes a route of a protocol that is no intake: what its senders ask before or after. */
export function protocolQuestion(
  summary: string,
  answer: OperationDescription['answers'][number] = foreign,
): OperationDescription {
  return { summary, tag: 'ingest', answers: { 200: answer } };
}
