import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { toDisplayText } from '@culprit/kernel';
import type { UserJson } from '@culprit/service-query/module';
import { Option, type Command } from 'commander';
import { CliError, exitCodes } from '../cli-error.js';
import { addServerOptions, clientOf, type ServerFlags } from '../http/server-option.js';
import { plural } from '../output/terminal.js';

const usersPath = '/api/v1/users';

interface PasswordFlags extends ServerFlags {
  readonly role?: string;
}

interface ListFlags extends ServerFlags {
  readonly output: string;
}

/** Adds `culprit users`: people who sign in to the console with a password. */
export function addUsersCommands(program: Command): void {
  const users = program
    .command('users')
    .description('people who sign in with a password, where there is no identity provider');
  addServerOptions(
    users
      .command('list')
      .description('list them')
      .addOption(
        new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text'),
      ),
  ).action(listUsers);
  addServerOptions(
    users
      .command('set-password')
      .description('add somebody, or set the password; it is asked for, or read from standard input')
      .argument('<name>', 'how the person signs in')
      .addOption(
        new Option('--role <role>', 'as it is unless said; viewer for somebody new').choices([
          'viewer',
          'editor',
          'admin',
        ]),
      )
      .addHelpText(
        'after',
        `
From the first user on nobody is served who did not sign in. That one must be an admin:
  culprit users set-password anna --role admin`,
      ),
  ).action(setPassword);
  addServerOptions(
    users
      .command('disable')
      .description('let somebody sign in no more; sessions end too')
      .argument('<name>', 'who'),
  ).action(disable);
}

async function listUsers(flags: ListFlags): Promise<void> {
  const answer = (await clientOf(flags).request({ path: usersPath })) as {
    readonly users: readonly UserJson[];
  };
  if (flags.output === 'json') {
    process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
    return;
  }
  for (const { name, role, isDisabled } of answer.users)
    process.stdout.write(`${role.padEnd(6)}  ${toDisplayText(name)}${isDisabled ? '  (disabled)' : ''}\n`);
  process.stderr.write(`${plural(answer.users.length, 'user')}\n`);
}

async function setPassword(name: string, flags: PasswordFlags): Promise<void> {
  const password = process.stdin.isTTY ? await askForPassword() : (await text(process.stdin)).trim();
  const { role } = flags;
  const user = (await clientOf(flags).request({
    method: 'PUT',
    path: addressOf(name),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password, ...(role === undefined ? {} : { role }) }),
  })) as UserJson;
  process.stderr.write(
    `${toDisplayText(user.name)} signs in with this password from now on, as ${user.role}\n`,
  );
}

async function disable(name: string, flags: ServerFlags): Promise<void> {
  await clientOf(flags).request({ method: 'DELETE', path: addressOf(name) });
  process.stderr.write(`${toDisplayText(name)} can sign in no more\n`);
}

function addressOf(name: string): string {
  return `${usersPath}/${encodeURIComponent(name)}`;
}

/** Asks twice on the terminal; what is typed is not shown. */
async function askForPassword(): Promise<string> {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silence, terminal: true });
  try {
    const ask = async (question: string): Promise<string> => {
      process.stderr.write(question);
      const answer = await lines.question('');
      process.stderr.write('\n');
      return answer;
    };
    const password = await ask('Password: ');
    if ((await ask('Once more: ')) === password) return password;
    throw new CliError('these were two different passwords; nothing was changed.', exitCodes.usage);
  } finally {
    lines.close();
  }
}
