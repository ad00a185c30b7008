import { culpritVersion } from '@culprit/kernel';
import { Command } from 'commander';
import { addAnalyzeCommand } from './commands/analyze.js';
import { addDemoCommand } from './commands/demo.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addIncidentTypeCommands } from './commands/incident-types.js';
import { addNotifyCommands } from './commands/notify.js';
import { addMcpCommand } from './commands/mcp.js';
import { addMigrateCommand } from './commands/migrate.js';
import { addParseCommand } from './commands/parse.js';
import { addPushCommand } from './commands/push.js';
import { addReportsCommand } from './commands/reports.js';
import { addScanCommand } from './commands/scan.js';
import { addStoreCommand } from './commands/store.js';
import { addTemplatesCommand } from './commands/templates.js';
import { addTokensCommands } from './commands/tokens.js';
import { addUsersCommands } from './commands/users.js';
import { addUpCommand } from './commands/up.js';

/** The command line: one file per command under commands/. */
export function createProgram(): Command {
  const program = new Command('culprit')
    .description(
      'Learns what is normal in your logs and, when something breaks, writes the root cause report.',
    )
    .version(culpritVersion)
    .showHelpAfterError('(add --help for examples)')
    .enablePositionalOptions()
    .exitOverride();
  addDemoCommand(program);
  addAnalyzeCommand(program);
  addUpCommand(program);
  addPushCommand(program);
  addReportsCommand(program);
  addScanCommand(program);
  addTemplatesCommand(program);
  addIncidentTypeCommands(program);
  addNotifyCommands(program);
  addTokensCommands(program);
  addUsersCommands(program);
  addParseCommand(program);
  addMcpCommand(program);
  addStoreCommand(program);
  addMigrateCommand(program);
  addDoctorCommand(program);
  return program;
}
