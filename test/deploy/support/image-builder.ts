import { spawnSync } from 'node:child_process';
import { cpSync, globSync, linkSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { expand, lineage, pairsOf, type Dockerfile, type Instruction, type Stage } from './dockerfile.js';

/** What a Dockerfile makes, as a folder that stands for the root of the container. */
export interface BuiltImage {
  readonly root: string;
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** ENTRYPOINT and CMD, paths seen from the container. */
  readonly command: readonly string[];
}

/** How to build without an engine. */
export interface BuildOptions {
  readonly file: Dockerfile;
  /** The repository; `.dockerignore` of it decides what is seen. */
  readonly context: string;
  /** Holds a folder for each stage. */
  readonly directory: string;
  readonly target: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Makes what a stage's image brings with it, such as Node. */
  readonly baseImage: (image: string, root: string) => void;
  /** Stages that were built before and take no argument; filled by each call. */
  readonly cache: Map<string, StageState>;
  /** Does the work of a RUN in another way and says so, or leaves it to a shell. */
  readonly instead?: (command: string, folder: string) => boolean;
}

/** A stage on its way. */
export interface StageState {
  root: string;
  workdir: string;
  readonly values: Map<string, string>;
  readonly environment: Record<string, string>;
  entrypoint: readonly string[];
  command: readonly string[];
}

/**
 * Executes the stages that a target needs, each in a folder of its own: COPY copies, RUN runs its command in a shell
 * there. Commands therefore have to use paths below their working directory.
 */
export function buildImage(options: BuildOptions): BuiltImage {
  const needed = stagesFor(options.file, options.target);
  const states = new Map<string, StageState>();
  for (const stage of needed) {
    const state = options.cache.get(stage.name) ?? buildStage(stage, states, options);
    states.set(stage.name, state);
    if (!takesArguments(options.file, stage.name)) options.cache.set(stage.name, state);
  }
  const state = states.get(options.target);
  if (state === undefined) throw new Error(`there is no target ${options.target}`);
  const { root, workdir, environment, entrypoint, command } = state;
  return { root, workdir, environment, command: [...entrypoint, ...command] };
}

/** Stages that a target is made from or copies from, in the order of the file. */
function stagesFor(file: Dockerfile, target: string): readonly Stage[] {
  const wanted = new Set<string>();
  const visit = (name: string): void => {
    for (const stage of lineage(file, name)) {
      if (wanted.has(stage.name)) continue;
      wanted.add(stage.name);
      for (const { flags } of stage.instructions) visit(flags.get('from') ?? '');
    }
  };
  visit(target);
  return file.stages.filter(({ name }) => wanted.has(name));
}

function takesArguments(file: Dockerfile, name: string): boolean {
  return stagesFor(file, name).some(({ instructions }) => instructions.some((one) => one.name === 'ARG'));
}

function buildStage(
  stage: Stage,
  states: ReadonlyMap<string, StageState>,
  options: BuildOptions,
): StageState {
  const base = states.get(stage.from);
  const state: StageState = {
    root: join(options.directory, stage.name),
    workdir: base?.workdir ?? '/',
    values: new Map([...options.file.globalArguments, ...(base?.values ?? [])]),
    environment: { ...base?.environment },
    entrypoint: base?.entrypoint ?? [],
    command: base?.command ?? [],
  };
  rmSync(state.root, { recursive: true, force: true });
  if (base === undefined) {
    mkdirSync(state.root, { recursive: true });
    options.baseImage(expand(stage.from, options.file.globalArguments), state.root);
  } else linkTree(base.root, state.root);
  for (const instruction of stage.instructions) execute(instruction, state, states, options);
  return state;
}

function execute(
  instruction: Instruction,
  state: StageState,
  states: ReadonlyMap<string, StageState>,
  options: BuildOptions,
): void {
  const { name, text } = instruction;
  if (name === 'ARG') {
    const [key = '', fallback = ''] = text.split('=');
    state.values.set(key, options.buildArguments[key] ?? state.values.get(key) ?? fallback);
  } else if (name === 'WORKDIR') {
    state.workdir = text;
    mkdirSync(join(state.root, text), { recursive: true });
  } else if (name === 'ENV') Object.assign(state.environment, Object.fromEntries(pairsOf(text)));
  else if (name === 'ENTRYPOINT') state.entrypoint = JSON.parse(text) as string[];
  else if (name === 'CMD') state.command = JSON.parse(text) as string[];
  else if (name === 'RUN') run(text, state, options);
  else if (name === 'COPY') copy(instruction, state, states, options.context);
}

function run(command: string, state: StageState, options: BuildOptions): void {
  const folder = join(state.root, state.workdir);
  if (options.instead?.(command, folder) === true) return;
  const node = join(options.context, 'node_modules', 'node', 'bin');
  const result = spawnSync('sh', ['-euc', command], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: {
      PATH: `${node}:${process.env['PATH'] ?? ''}`,
      HOME: process.env['HOME'],
      npm_config_prefer_offline: 'true',
      ...Object.fromEntries(state.values),
      ...state.environment,
    },
  });
  if (result.status !== 0)
    throw new Error(`RUN ${command}\nended with ${result.status}\n${result.stdout}${result.stderr}`);
}

function copy(
  { flags, text }: Instruction,
  state: StageState,
  states: ReadonlyMap<string, StageState>,
  context: string,
): void {
  const [source = '', destination = ''] = expand(text, state.values).split(/\s+/);
  const target = join(state.root, destination.startsWith('/') ? '' : state.workdir, destination);
  const from = flags.get('from');
  if (from !== undefined) {
    const origin = join(states.get(from)?.root ?? '', source);
    if (statSync(origin).isDirectory()) linkTree(origin, target);
    else linkFile(origin, destination.endsWith('/') ? join(target, basename(source)) : target);
  } else for (const file of contextFiles(context)) linkFile(join(context, file), join(target, file));
}

/** Adds a tree to another one; files are the same on disk where that can be. */
function linkTree(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  const { status, stderr } = spawnSync('cp', ['-a', '-l', '-f', `${source}/.`, target], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** One file in two places, or a copy where the disk cannot do that. */
export function linkFile(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  rmSync(target, { force: true });
  try {
    linkSync(source, target);
  } catch {
    cpSync(source, target);
  }
}

/** Files of a folder that its `.dockerignore` lets through; the last pattern that matches decides. */
export function contextFiles(context: string): readonly string[] {
  const rules = readFileSync(join(context, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ isIgnored: !line.startsWith('!'), matches: matcher(line.replace(/^!/, '')) }));
  const isIgnored = (path: string): boolean =>
    rules.findLast(({ matches }) => matches(path))?.isIgnored ?? false;
  // What is installed or built is never wanted and would take long to walk through.
  const skipped = new Set(['node_modules', 'dist', '.git', '.cache']);
  return globSync('**/*', {
    cwd: context,
    withFileTypes: true,
    exclude: (entry) => entry.isDirectory() && skipped.has(entry.name),
  })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(context, join(entry.parentPath, entry.name)))
    .concat(globSync('.npmrc', { cwd: context }))
    .filter((path) => !isIgnored(path));
}

/** A pattern matches a path or one of the folders it lies in. */
function matcher(pattern: string): (path: string) => boolean {
  const source = pattern
    .split('/')
    .map((part) =>
      part === '**'
        ? '(?:.*/)?'
        : `${part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}/`,
    )
    .join('')
    .replace(/\/$/, '');
  const expression = new RegExp(`^${source}(?:/|$)`);
  return (path) => expression.test(path);
}
