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
import { ruleBody, ruleIdParam, rulesBody } from './rule-schemas.js';
import type { RuleBody, RulesBody } from './rule-schemas.js';
import type { RulesService } from './rules.service.js';
import { ruleAnswer, ruleJson, ruleListAnswer } from './template-json.js';
import type { RuleJson, RuleListJson } from './template-json.js';
import { RULES } from './tokens.js';

interface Reply {
  header(name: string, value: string): unknown;
  status(code: number): unknown;
}

/** What people decided about event types: data that can be read, kept in a repository, and set again. */
@Controller('api/v1/template-rules')
@UseGuards(AccessGuard)
export class RulesController {
  readonly #rules: RulesService;

  constructor(@Inject(RULES) rules: RulesService) {
    this.#rules = rules;
  }

  @Operation({ summary: 'What people decided about event types', answers: { 200: ruleListAnswer } })
  @Get()
  async list(@Tenant() tenant: string): Promise<RuleListJson> {
    const rules = await this.#rules.list(tenant);
    return { rules: rules.map(({ ruleId, rule }) => ruleJson(ruleId, rule)), total: rules.length };
  }

  /** 201 for a new rule, 200 for one that was there: setting a rule again replaces it. */
  @Operation({ summary: 'Sets a rule', answers: { 200: ruleAnswer, 201: ruleAnswer } })
  @Post()
  async set(
    @Body({ schema: ruleBody }) body: RuleBody,
    @Tenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<RuleJson> {
    const { ruleId, rule, isNew } = await this.#rules.put(tenant, body);
    reply.header('location', `/api/v1/template-rules/${ruleId}`);
    reply.status(isNew ? 201 : 200);
    return ruleJson(ruleId, rule);
  }

  /** All rules at once; what is not among them is taken back. */
  @Operation({
    summary: 'Sets all rules: those that are not among them are taken back',
    answers: { 200: ruleListAnswer },
  })
  @Put()
  async replace(
    @Body({ schema: rulesBody }) body: RulesBody,
    @Tenant() tenant: string,
  ): Promise<RuleListJson> {
    const rules = await this.#rules.replace(tenant, body.rules);
    return { rules: rules.map(({ ruleId, rule }) => ruleJson(ruleId, rule)), total: rules.length };
  }

  @Operation({ summary: 'One rule', answers: { 200: ruleAnswer } })
  @Get(':id')
  async find(@Param('id', { schema: ruleIdParam }) id: string, @Tenant() tenant: string): Promise<RuleJson> {
    const { ruleId, rule } = await this.#rules.find(tenant, id);
    return ruleJson(ruleId, rule);
  }

  /** Undoes the rule. */
  @Operation({ summary: 'Takes a rule back', answers: { 204: 'nothing' } })
  @Delete(':id')
  @HttpCode(204)
  async remove(@Param('id', { schema: ruleIdParam }) id: string, @Tenant() tenant: string): Promise<void> {
    await this.#rules.remove(tenant, id);
  }
}
