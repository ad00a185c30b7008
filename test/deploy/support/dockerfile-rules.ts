import { expand, lineage, pairsOf, type Dockerfile, type Instruction } from './dockerfile.js';

const wantedLabels = ['title', 'description', 'licenses', 'version', 'revision'];

/** What is wrong with a Dockerfile whose images run as these targets; empty when nothing is. */
export function dockerfileComplaints(file: Dockerfile, targets: readonly string[]): readonly string[] {
  return [
    ...imageComplaints(file),
    ...stageComplaints(file),
    ...targets.flatMap((target) => targetComplaints(file, target)),
  ];
}

function imageComplaints({ globalArguments, stages }: Dockerfile): readonly string[] {
  const names = new Set(stages.map(({ name }) => name));
  return stages
    .map(({ from }) => expand(from, globalArguments))
    .filter(
      (image) => !names.has(image) && !/^[\w./-]+:(?!latest)[\w.-]+(?:@sha256:[0-9a-f]{64})?$/.test(image),
    )
    .map((image) => `${image} is an image without a fixed tag`);
}

function stageComplaints({ stages }: Dockerfile): readonly string[] {
  const seen = new Set<string>();
  return stages.flatMap((stage) => {
    const lost = stage.instructions
      .map(({ flags }) => flags.get('from'))
      .filter((name) => name !== undefined && !seen.has(name));
    seen.add(stage.name);
    return lost.map((name) => `${stage.name} copies from ${name}, which is no earlier stage`);
  });
}

function targetComplaints(file: Dockerfile, target: string): readonly string[] {
  const all = lineage(file, target).flatMap(({ instructions }) => instructions);
  if (all.length === 0) return [`there is no target ${target}`];
  const last = (name: string): Instruction | undefined => all.findLast((one) => one.name === name);
  const labels = pairsOf(
    all
      .filter(({ name }) => name === 'LABEL')
      .map(({ text }) => text)
      .join(' '),
  );
  const complaints = wantedLabels
    .filter((name) => !labels.has(`org.opencontainers.image.${name}`))
    .map((name) => `has no label org.opencontainers.image.${name}`);
  if (!/^[1-9]\d*(?::[1-9]\d*)?$/.test(last('USER')?.text ?? ''))
    complaints.push('does not run as a user with a number other than 0');
  if (last('HEALTHCHECK') === undefined) complaints.push('has no health check');
  for (const name of ['ENTRYPOINT', 'CMD'])
    if (last(name) !== undefined && !last(name)?.text.startsWith('['))
      complaints.push(`${name} goes through a shell that is not there`);
  if (all.some(({ name }) => name === 'RUN')) complaints.push('runs a command in an image without a shell');
  return complaints.map((complaint) => `${target} ${complaint}`);
}
