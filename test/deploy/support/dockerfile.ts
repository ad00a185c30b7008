/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In capitals. */
  readonly name: string;
  /** `--from=build` and the like, by name. */
  readonly flags: ReadonlyMap<string, string>;
  /** What follows the flags, lines joined. */
  readonly text: string;
  readonly line: number;
}

/** One build stage: what its FROM says, and its instructions. */
export interface Stage {
  readonly name: string;
  /** An image or the name of an earlier stage, arguments still in it. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** A Dockerfile, read. */
export interface Dockerfile {
  /** Arguments before the first stage with their defaults. */
  readonly globalArguments: ReadonlyMap<string, string>;
  readonly stages: readonly Stage[];
}

/** @throws Error at a line that is no instruction this reader knows */
export function parseDockerfile(text: string): Dockerfile {
  const globalArguments = new Map<string, string>();
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const instruction of instructionsOf(text)) {
    if (instruction.name === 'FROM') {
      const match = /^(\S+) AS ([\w-]+)$/i.exec(instruction.text);
      if (match === null) throw new Error(`line ${instruction.line}: a stage needs a name`);
      stages.push({ name: match[2] ?? '', from: match[1] ?? '', instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage !== undefined) stage.instructions.push(instruction);
    else if (instruction.name === 'ARG') {
      const [name = '', value = ''] = splitOnce(instruction.text, '=');
      globalArguments.set(name, value);
    } else throw new Error(`line ${instruction.line}: ${instruction.name} before the first FROM`);
  }
  return { globalArguments, stages };
}

const known: ReadonlySet<string> = new Set([
  'FROM',
  'ARG',
  'WORKDIR',
  'COPY',
  'RUN',
  'ENV',
  'LABEL',
  'USER',
  'VOLUME',
  'EXPOSE',
  'ENTRYPOINT',
  'CMD',
  'HEALTHCHECK',
]);

function instructionsOf(text: string): readonly Instruction[] {
  const found: Instruction[] = [];
  let open = '';
  let start = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.trimStart().startsWith('#') || (open === '' && raw.trim() === '')) continue;
    if (open === '') start = index + 1;
    if (raw.endsWith('\\')) {
      open += `${raw.slice(0, -1).trim()} `;
      continue;
    }
    found.push(instructionOf((open + raw.trim()).trim(), start));
    open = '';
  }
  if (open !== '') throw new Error(`line ${start}: the last line goes on`);
  return found;
}

function instructionOf(text: string, line: number): Instruction {
  const [word = '', rest = ''] = splitOnce(text, ' ');
  const name = word.toUpperCase();
  if (!known.has(name)) throw new Error(`line ${line}: ${word} is no instruction`);
  const flags = new Map<string, string>();
  let remaining = rest.trimStart();
  for (let match = /^--([\w-]+)=(\S+)\s*/.exec(remaining); match !== null;) {
    flags.set(match[1] ?? '', match[2] ?? '');
    remaining = remaining.slice(match[0].length);
    match = /^--([\w-]+)=(\S+)\s*/.exec(remaining);
  }
  return { name, flags, text: remaining, line };
}

/** `NAME=value NAME="other value"` of ENV and LABEL. */
export function pairsOf(text: string): ReadonlyMap<string, string> {
  const pairs = [...text.matchAll(/([\w.-]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)];
  return new Map(pairs.map((match) => [match[1] ?? '', match[2] ?? match[3] ?? '']));
}

/** Puts values in the place of `${NAME}`, `${NAME:-default}` and `$NAME`. */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g,
    (_, braced?: string, fallback?: string, plain?: string) =>
      values.get(braced ?? plain ?? '') ?? fallback ?? '',
  );
}

/** Arguments that a build of this file takes, over all stages. */
export function buildArguments({ globalArguments, stages }: Dockerfile): ReadonlySet<string> {
  const own = stages.flatMap(({ instructions }) =>
    instructions.filter(({ name }) => name === 'ARG').map(({ text }) => splitOnce(text, '=')[0] ?? ''),
  );
  return new Set([...globalArguments.keys(), ...own]);
}

/** A stage and those it is made from, the first of them first. */
export function lineage({ stages }: Dockerfile, name: string): readonly Stage[] {
  const stage = stages.find((candidate) => candidate.name === name);
  if (stage === undefined) return [];
  return [...lineage({ globalArguments: new Map(), stages }, stage.from), stage];
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
