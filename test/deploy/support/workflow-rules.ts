import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix: { readonly include?: readonly Readonly<Record<string, string>>[] } };
}

/** A workflow as far as rules look at it. */
export interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What a job may write to besides the log; everything else is a mistake. */
const writable: ReadonlySet<string> = new Set(['packages', 'id-token', 'attestations', 'contents']);

/** What is wrong with a workflow by rules that a linter of syntax does not have. */
export function workflowComplaints(repository: string, text: string): readonly string[] {
  const workflow = parse(text) as Workflow;
  const permissions = JSON.stringify(workflow.permissions);
  return [
    ...(permissions === '{"contents":"read"}' ? [] : ['does not begin with the right to read only']),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) =>
      jobComplaints(repository, job).map((complaint) => `${name} ${complaint}`),
    ),
    ...unpinned(text),
  ];
}

function jobComplaints(repository: string, job: Job): readonly string[] {
  if (job.uses !== undefined)
    return existsSync(join(repository, job.uses)) ? [] : [`calls ${job.uses}, which is not there`];
  const excessive = Object.entries(job.permissions ?? {}).filter(
    ([what, right]) => right === 'write' && !writable.has(what),
  );
  return [
    ...(job['timeout-minutes'] === undefined ? ['may run for hours'] : []),
    ...excessive.map(([what]) => `may write to ${what}`),
    ...(job.steps ?? []).flatMap((step) => stepComplaints(repository, step)),
  ];
}

function stepComplaints(
  repository: string,
  { uses = '', run = '', with: given = {} }: Step,
): readonly string[] {
  const keepsToken = uses.startsWith('actions/checkout@') && given['persist-credentials'] !== false;
  const files = run.match(/\b(?:deploy|test|\.ci)\/[\w./-]+/g) ?? [];
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const called = [...run.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, script = '']) => script);
  return [
    ...(keepsToken ? ['leaves the token in the checkout'] : []),
    // What somebody may choose, such as the name of a branch, reaches a shell as a variable and not as its text.
    ...(run.includes('${{') ? ['puts an expression into a script'] : []),
    ...files
      .filter((file) => !existsSync(join(repository, file.replace(/\/$/, ''))))
      .map((file) => `names ${file}, which is not there`),
    ...called
      .filter((script) => !(script in scripts))
      .map((script) => `runs the script ${script}, which is not there`),
  ];
}

/** Actions by a name that may mean something else tomorrow, and those whose version nobody can read. */
function unpinned(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => /\buses: (?!\.\/)/.test(line));
  return lines
    .filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))
    .map((line) => `${line.trim()} is not pinned to a commit with its version beside it`);
}
