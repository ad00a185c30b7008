import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knowsValue } from './chart-values.js';

/** One command of a page, split at spaces. */
export type ShellCommand = readonly string[];

/** The commands of kubectl and helm in the code blocks of a page, continued lines joined, what other commands give left out. */
export function commandsOf(page: string): readonly ShellCommand[] {
  return [...page.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm)]
    .flatMap(([, block = '']) =>
      block
        .replaceAll(/\\\n\s*/g, '')
        .replaceAll(/\$\([^)]*\)/g, 'VALUE')
        .split('\n'),
    )
    .filter((line) => /^(?:kubectl|helm) /.test(line))
    .map((line) => line.trim().split(/\s+/));
}

/** Files, folders and chart values that commands name and nobody has. */
export function nameComplaints(repository: string, commands: readonly ShellCommand[]): readonly string[] {
  return commands.flatMap((words) => {
    const files = words.filter((word) => word.startsWith('deploy/'));
    const lost = files.filter((file) => !existsSync(join(repository, file)));
    if (lost.length > 0) return lost.map((file) => `there is no ${file}`);
    const chart = files.find((file) => file.startsWith('deploy/helm/'));
    if (chart === undefined) return [];
    const text = readFileSync(join(repository, chart, 'values.schema.json'), 'utf8');
    return words
      .filter((_, index) => words[index - 1] === '--set')
      .flatMap((word) => word.split(',').map((pair) => pair.slice(0, pair.indexOf('='))))
      .filter((name) => !knowsValue(JSON.parse(text) as object, name))
      .map((name) => `${chart} has no value ${name}`);
  });
}

/** The command with its subcommands, without names and flags: `helm repo add`. */
export function subcommandOf([program = '', first = '', second = '']: ShellCommand): ShellCommand {
  const deep = program === 'helm' ? ['repo'] : ['create', 'rollout'];
  const isSecret = program === 'kubectl' && first === 'create' && second === 'secret';
  if (isSecret) return [program, first, second, 'generic'];
  return deep.includes(first) ? [program, first, second] : [program, first];
}

/** Names of the flags of a command, dashes in front. */
export function flagsOf(words: ShellCommand): readonly string[] {
  return words.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0] ?? '');
}
