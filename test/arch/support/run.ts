import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { repository } from './rooms.js';

/** What a tool said, both streams in one text, and whether it was content. */
export interface ToolRun {
  readonly isClean: boolean;
  readonly output: string;
}

/** Runs an installed tool in a folder, without colours. */
export function runTool(name: string, args: readonly string[], cwd: string): ToolRun {
  const run = spawnSync(path.join(repository, 'node_modules/.bin', name), args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  if (run.error !== undefined) throw new Error(`${name} could not be started`, { cause: run.error });
  return { isClean: run.status === 0, output: run.stdout + run.stderr };
}
