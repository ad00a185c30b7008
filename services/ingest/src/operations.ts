import type { OperationDescription } from '@culprit/platform';
import { z } from 'zod';
import { debugAnswer, ingestAnswer } from './ingest-answer.js';

/** What may be said about all lines of a request, whatever its protocol; see `request-plan.ts`. */
const query = z.object({
  environment: z.string().optional(),
  log_type: z.string().optional(),
  namespace: z.string().optional(),
  service: z.string().optional(),
  pod: z.string().optional(),
  container: z.string().optional(),
  host: z.string().optional(),
  file: z.string().optional(),
  debug: z.enum(['0', '1']).optional().describe('1 shows what was understood and stores nothing'),
});

const headers = {
  'X-Batch-Id': 'Makes a repetition of the request one batch, at most 200 characters',
  'Content-Encoding': 'gzip, deflate or zstd',
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
