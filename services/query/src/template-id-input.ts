import { parseTemplateId, type TemplateId } from '@culprit/kernel';
import { z } from 'zod';

/** The id of an event type as a request gives it. */
export const templateIdInput = z
  .string()
  .transform((value, context): TemplateId => {
    const id = parseTemplateId(value);
    if (id !== undefined) return id;
    context.addIssue({ code: 'custom', message: 'expected 16 hex digits' });
    return z.NEVER;
  })
  .meta({ wire: { type: 'string', pattern: '^[0-9a-f]{16}$' } });
