import { AccessGuard, Operation, Tenant } from '@culprit/platform';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Res,
  UseGuards,
} from '@nestjs/common';
import {
  decisionAnswer,
  decisionBody,
  decisionFrom,
  decisionIdParam,
  decisionJson,
  decisionListAnswer,
  decisionsBody,
} from './decision-schemas.js';
import type { DecisionBody, DecisionJson, DecisionListJson, DecisionsBody } from './decision-schemas.js';
import type { DecisionsService } from './decisions.service.js';
import { DECISIONS } from './tokens.js';

interface Reply {
  header(name: string, value: string): unknown;
  status(code: number): unknown;
}

/** What people decided about incidents: data that can be read, kept in a repository, and set again. */
@Controller('api/v1/incident-decisions')
@UseGuards(AccessGuard)
export class DecisionsController {
  readonly #decisions: DecisionsService;

  constructor(@Inject(DECISIONS) decisions: DecisionsService) {
    this.#decisions = decisions;
  }

  @Operation({ summary: 'What people decided about incidents', answers: { 200: decisionListAnswer } })
  @Get()
  async list(@Tenant() tenant: string): Promise<DecisionListJson> {
    const decisions = await this.#decisions.list(tenant);
    return { decisions: decisions.map(decisionJson), total: decisions.length };
  }

  /** 201 for a new decision, 200 for one that was there: setting a decision again replaces it. */
  @Operation({ summary: 'Sets a decision', answers: { 200: decisionAnswer, 201: decisionAnswer } })
  @Post()
  async set(
    @Body({ schema: decisionBody }) body: DecisionBody,
    @Tenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<DecisionJson> {
    const { isNew, ...active } = await this.#decisions.put(tenant, decisionFrom(body));
    reply.header('location', `/api/v1/incident-decisions/${active.decisionId}`);
    reply.status(isNew ? 201 : 200);
    return decisionJson(active);
  }

  /** All decisions at once; what is not among them is taken back. */
  @Operation({
    summary: 'Sets all decisions: those that are not among them are taken back',
    answers: { 200: decisionListAnswer },
  })
  @Put()
  async replace(
    @Body({ schema: decisionsBody }) body: DecisionsBody,
    @Tenant() tenant: string,
  ): Promise<DecisionListJson> {
    const decisions = await this.#decisions.replace(tenant, body.decisions.map(decisionFrom));
    return { decisions: decisions.map(decisionJson), total: decisions.length };
  }

  /** Undoes the decision. */
  @Operation({ summary: 'Takes a decision back', answers: { 204: 'nothing' } })
  @Delete(':id')
  @HttpCode(204)
  async remove(
    @Param('id', { schema: decisionIdParam }) id: string,
    @Tenant() tenant: string,
  ): Promise<void> {
    await this.#decisions.remove(tenant, id);
  }
}
