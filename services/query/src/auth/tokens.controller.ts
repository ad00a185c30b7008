import type { Clock } from '@culprit/kernel';
import { AccessGuard, CLOCK, Caller, Operation } from '@culprit/platform';
import type { Principal } from '@culprit/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { TOKENS } from '../tokens.js';
import type { NewSecretOfToken, TokenBook } from './token-book.js';
import {
  newTokenAnswer,
  rotateBody,
  tokenBody,
  tokenIdParam,
  tokenJson,
  tokenListAnswer,
} from './token-answers.js';
import type { NewTokenJson, RotateBody, TokenBody, TokenJson } from './token-answers.js';

const millisPerMinute = 60_000;
const millisPerDay = 86_400_000;

/** Who may send lines and who may ask, beside the tokens of the configuration. */
@Controller('api/v1/tokens')
@UseGuards(AccessGuard)
export class TokensController {
  readonly #tokens: TokenBook;
  readonly #clock: Clock;

  constructor(@Inject(TOKENS) tokens: TokenBook, @Inject(CLOCK) clock: Clock) {
    this.#tokens = tokens;
    this.#clock = clock;
  }

  @Operation({ summary: 'Tokens of the tenant, without their secrets', answers: { 200: tokenListAnswer } })
  @Get()
  async list(@Caller() caller: Principal): Promise<{ tokens: TokenJson[]; total: number }> {
    const found = await this.#tokens.list(caller);
    const tokens = found.map(({ token, usedAt }) => tokenJson(token, usedAt, this.#clock.now()));
    return { tokens, total: tokens.length };
  }

  @Operation({
    summary: 'Makes a token; its secret is in this answer and nowhere else',
    answers: { 201: newTokenAnswer },
  })
  @Post()
  async create(
    @Body({ schema: tokenBody }) body: TokenBody,
    @Caller() caller: Principal,
  ): Promise<NewTokenJson> {
    const { name, kind, role, environment = '', tenant = caller.tenant, expiresInDays } = body;
    const made = await this.#tokens.create(
      {
        name,
        kind,
        tenant,
        environment,
        role: kind === 'user' ? (role ?? 'viewer') : null,
        expiresAt: expiresInDays === undefined ? null : this.#clock.now() + expiresInDays * millisPerDay,
      },
      caller,
    );
    return this.#json(made);
  }

  @Operation({
    summary: 'Gives a token a new secret; the one before goes on for a while',
    answers: { 200: newTokenAnswer },
  })
  @Post(':id/rotate')
  @HttpCode(200)
  async rotate(
    @Param('id', { schema: tokenIdParam }) id: string,
    @Body({ schema: rotateBody }) { overlapMinutes }: RotateBody,
    @Caller() caller: Principal,
  ): Promise<NewTokenJson> {
    return this.#json(await this.#tokens.rotate(id, overlapMinutes * millisPerMinute, caller));
  }

  @Operation({ summary: 'Ends a token at once', answers: { 204: 'nothing' } })
  @Delete(':id')
  @HttpCode(204)
  async revoke(
    @Param('id', { schema: tokenIdParam }) id: string,
    @Caller() caller: Principal,
  ): Promise<void> {
    await this.#tokens.revoke(id, caller);
  }

  #json({ token, secret }: NewSecretOfToken): NewTokenJson {
    return { token: tokenJson(token, undefined, this.#clock.now()), secret };
  }
}
