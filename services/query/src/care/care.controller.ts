import { formatRfc3339, toEpochNanos } from '@culprit/kernel';
import type { IncidentId } from '@culprit/kernel';
import { AccessGuard, Operation, Tenant } from '@culprit/platform';
import { Body, Controller, Get, Inject, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { incidentIdParam } from '../request-schemas.js';
import { CARE } from '../tokens.js';
import { careAnswer, careBody, careListAnswer, careListQuery, noteBody } from './care.js';
import type { Care, CareBody, CareJson, CareListJson, CareListQuery, NoteBody } from './care.js';
import type { CareService } from './care.service.js';

/** What people make of incidents: who looks after one, how far they are, and what they note. */
@Controller('api/v1')
@UseGuards(AccessGuard)
export class CareController {
  readonly #care: CareService;

  constructor(@Inject(CARE) care: CareService) {
    this.#care = care;
  }

  @Operation({
    summary: 'Incidents that somebody touched, last first, at most 1,000',
    answers: { 200: careListAnswer },
  })
  @Get('incident-care')
  async list(
    @Query({ schema: careListQuery }) query: CareListQuery,
    @Tenant() tenant: string,
  ): Promise<CareListJson> {
    const all = await this.#care.list(tenant, query.state);
    return {
      incidents: all.map(({ incidentId, care }) => ({ ...care, incidentId, notes: care.notes.length })),
      total: all.length,
    };
  }

  @Operation({ summary: 'State, owner and notes of an incident', answers: { 200: careAnswer } })
  @Get('incidents/:id/care')
  async read(
    @Param('id', { schema: incidentIdParam }) id: IncidentId,
    @Tenant() tenant: string,
  ): Promise<CareJson> {
    return careJson(id, await this.#care.read(tenant, id));
  }

  @Operation({ summary: 'Sets state and owner of an incident', answers: { 200: careAnswer } })
  @Put('incidents/:id/care')
  async set(
    @Param('id', { schema: incidentIdParam }) id: IncidentId,
    @Body({ schema: careBody }) body: CareBody,
    @Tenant() tenant: string,
  ): Promise<CareJson> {
    return careJson(id, await this.#care.set(tenant, id, body));
  }

  @Operation({ summary: 'Adds a note to an incident', answers: { 201: careAnswer } })
  @Post('incidents/:id/notes')
  async note(
    @Param('id', { schema: incidentIdParam }) id: IncidentId,
    @Body({ schema: noteBody }) body: NoteBody,
    @Tenant() tenant: string,
  ): Promise<CareJson> {
    return careJson(id, await this.#care.note(tenant, id, body));
  }
}

function careJson(incidentId: IncidentId, { state, owner, notes }: Care): CareJson {
  return {
    incidentId,
    state,
    owner,
    notes: notes.map((note) => ({ ...note, at: formatRfc3339(toEpochNanos(note.at)) })),
  };
}
