import { AccessGuard, Operation, Tenant } from '@culprit/platform';
import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { AUDIT } from '../tokens.js';
import { maxAuditEntries, type AuditLog } from './audit-log.js';
import { wallTime } from './token-answers.js';

export const auditQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(maxAuditEntries)
    .default(100)
    .meta({ wire: { type: 'integer', minimum: 1, maximum: maxAuditEntries, default: 100 } }),
});

export const auditEntryAnswer = z
  .object({
    at: z.iso.datetime({ precision: 9 }),
    who: z.string(),
    action: z.string(),
    subject: z.string().describe('The address that was asked, with the id of what was made there'),
    from: z.string().describe('The address of the caller'),
    outcome: z.string().describe('`done`, or why it was refused'),
  })
  .readonly()
  .meta({ id: 'AuditEntry' });
export type AuditEntryJson = z.output<typeof auditEntryAnswer>;

const auditListAnswer = z
  .object({ entries: z.array(auditEntryAnswer).readonly(), total: z.int() })
  .readonly()
  .meta({ id: 'AuditList' });

/** Who changed what. */
@Controller('api/v1/audit')
@UseGuards(AccessGuard)
export class AuditController {
  readonly #audit: AuditLog;

  constructor(@Inject(AUDIT) audit: AuditLog) {
    this.#audit = audit;
  }

  @Operation({
    summary: 'Who changed what and who signed in, the newest first, at most 1,000',
    answers: { 200: auditListAnswer },
  })
  @Get()
  async list(
    @Query({ schema: auditQuery }) { limit }: z.output<typeof auditQuery>,
    @Tenant() tenant: string,
  ): Promise<{ entries: AuditEntryJson[]; total: number }> {
    const found = await this.#audit.list(tenant, limit);
    const entries = found.map(({ at, ...entry }) => ({ ...entry, at: wallTime(at) }));
    return { entries, total: entries.length };
  }
}
