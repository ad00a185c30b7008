import { toDisplayText } from '@culprit/kernel';
import { z } from 'zod';
import type { Prompt } from './prompt.js';

/** What a model may answer, as JSON Schema for it and as a check of what it did answer. */
export const modelAnswer = z.strictObject({
  summary: z.string().min(1).max(600),
  citedEventIds: z.array(z.string().max(10)).min(1).max(30),
  causeEventIds: z.array(z.string().max(10)).max(15),
});

/** A summary that a model wrote and that passed all checks. */
export interface GeneratedSummary {
  /** Plain text, at most about 600 characters. */
  readonly text: string;
  readonly citedEventIds: readonly string[];
  readonly causeEventIds: readonly string[];
}

/** An answer that must not be shown, and why. */
export class UnusableAnswer extends Error {}

/**
 * Takes an answer only where all of it holds: its form, every cited id, and a text without addresses or markup.
 *
 * @throws UnusableAnswer
 */
export function readAnswer(text: string, { eventIdByCitation, redactor }: Prompt): GeneratedSummary {
  const parsed = modelAnswer.safeParse(parseJson(text));
  if (!parsed.success) throw new UnusableAnswer('the answer does not have the form that was asked for');
  const { summary, citedEventIds, causeEventIds } = parsed.data;
  const idOf = (citation: string): string => {
    const eventId = eventIdByCitation.get(citation);
    if (eventId === undefined)
      throw new UnusableAnswer('the answer cites an event that is not in the report');
    return eventId;
  };
  const cited = citedEventIds.map(idOf);
  const causes = causeEventIds.map(idOf);
  if (/https?:|www\.|\]\(|<\/?[a-z]+[\s>]/i.test(summary))
    throw new UnusableAnswer('the answer holds an address or markup');
  const clean = toDisplayText(redactor.restore(summary)).replaceAll(/\s+/g, ' ').trim();
  return { text: clean, citedEventIds: [...new Set(cited)], causeEventIds: [...new Set(causes)] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
