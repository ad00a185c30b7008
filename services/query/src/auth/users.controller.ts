import { AccessGuard, Caller, Operation, roles } from '@culprit/platform';
import type { Principal } from '@culprit/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { SIGN_IN } from '../tokens.js';
import type { SignIn } from './sign-in.js';
import { accessName, wallTime } from './token-answers.js';
import type { User } from './user-book.js';

const userBody = z.strictObject({
  password: z.string().min(12, 'expected at least 12 characters').max(1_000),
  role: z.enum(roles).optional().describe('As it is unless said; `viewer` for somebody new'),
});

const userAnswer = z
  .object({
    name: z.string(),
    role: z.enum(roles),
    tenant: z.string(),
    isDisabled: z.boolean(),
    createdAt: z.iso.datetime({ precision: 9 }),
  })
  .readonly()
  .meta({ id: 'User' });
export type UserJson = z.output<typeof userAnswer>;

const userListAnswer = z
  .object({ users: z.array(userAnswer).readonly(), total: z.int() })
  .readonly()
  .meta({ id: 'UserList' });

/** People who sign in with a password. */
@Controller('api/v1/users')
@UseGuards(AccessGuard)
export class UsersController {
  readonly #signIn: SignIn;

  constructor(@Inject(SIGN_IN) signIn: SignIn) {
    this.#signIn = signIn;
  }

  @Operation({ summary: 'People who sign in with a password', answers: { 200: userListAnswer } })
  @Get()
  list(@Caller() caller: Principal): { users: UserJson[]; total: number } {
    const users = this.#signIn.users.list(caller).map(userJson);
    return { users, total: users.length };
  }

  @Operation({
    summary: 'Adds somebody, or sets the password and the role',
    answers: { 200: userAnswer },
  })
  @Put(':name')
  async put(
    @Param('name', { schema: accessName }) name: string,
    @Body({ schema: userBody }) { password, role }: z.output<typeof userBody>,
    @Caller() caller: Principal,
  ): Promise<UserJson> {
    const user = { name, password, role, tenant: caller.tenant };
    return userJson(await this.#signIn.users.put(user, caller));
  }

  @Operation({ summary: 'Lets somebody sign in no more; sessions end too', answers: { 204: 'nothing' } })
  @Delete(':name')
  @HttpCode(204)
  async disable(
    @Param('name', { schema: accessName }) name: string,
    @Caller() caller: Principal,
  ): Promise<void> {
    await this.#signIn.users.disable(name, caller);
  }
}

function userJson({ name, role, tenant, isDisabled, createdAt }: User): UserJson {
  return { name, role, tenant, isDisabled, createdAt: wallTime(createdAt) };
}
