import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A place that names the version of the project. */
interface VersionPlace {
  readonly file: string;
  /** Finds the version as the group `version`; global, as a file may name it more than once. */
  readonly pattern: RegExp;
}

/** Semantic versions without build metadata, which neither a chart nor an image tag can carry. */
const versionForm = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const unreleased = '## [Unreleased]\n';

/** All places below a repository that name its version; the changelog is apart. */
function versionPlaces(repository: string): readonly VersionPlace[] {
  const manifests = globSync('{libs,services}/*/package.json', { cwd: repository }).toSorted();
  // The version of a workspace stands alone on a line of two spaces; that of a room it needs beside the room's name.
  const manifest = /^ {2}"version": "(?<version>[^"]+)"|"@culprit\/[^"]+": "(?<room>\d[^"]+)"/gm;
  const charts = globSync('deploy/helm/*/Chart.yaml', { cwd: repository }).toSorted();
  return [
    ...['package.json', ...manifests].map((file) => ({ file, pattern: manifest })),
    {
      file: 'package-lock.json',
      pattern:
        /^ {2}"version": "(?<version>[^"]+)"|"@culprit\/[^"]+": "(?<room>\d[^"]+)"|"(?:(?:libs|services)\/[^"/]+)?": \{\n(?: +"name": "[^"]+",\n)? +"version": "(?<workspace>[^"]+)"/gm,
    },
    ...charts.map((file) => ({ file, pattern: /^(?:version|appVersion): (?<version>\S+)$/gm })),
    { file: 'libs/kernel/src/version.ts', pattern: /culpritVersion = '(?<version>[^']+)'/g },
  ];
}

/** Versions that a repository names, each with the files that name it: one entry when all agree. */
export function namedVersions(repository: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { file, pattern } of versionPlaces(repository)) {
    const versions = [...readFileSync(join(repository, file), 'utf8').matchAll(pattern)].map(versionOf);
    if (versions.length === 0) throw new Error(`${file} names no version`);
    for (const version of new Set(versions)) found.set(version, [...(found.get(version) ?? []), file]);
  }
  return found;
}

/**
 * Gives a repository a version: every manifest, both charts, the code, and the changelog, where what was unreleased gets
 * the version's name and the day.
 *
 * @param date day of the release as `YYYY-MM-DD`
 * @throws Error when the version has no such form, or nothing is unreleased
 */
export function setVersion(repository: string, version: string, date: string): void {
  if (!versionForm.test(version)) throw new Error(`"${version}" is no version such as 1.2.3 or 1.2.3-rc.1`);
  const changelog = releaseChangelog(readFileSync(join(repository, 'CHANGELOG.md'), 'utf8'), version, date);
  for (const { file, pattern } of versionPlaces(repository)) {
    const path = join(repository, file);
    const text = readFileSync(path, 'utf8').replaceAll(pattern, (found: string) =>
      found.replace(versionOf(new RegExp(pattern.source, 'm').exec(found)), version),
    );
    writeFileSync(path, text);
  }
  writeFileSync(join(repository, 'CHANGELOG.md'), changelog);
}

function versionOf(match: RegExpMatchArray | null): string {
  return Object.values(match?.groups ?? {}).find((version) => version !== undefined) ?? '';
}

/** A changelog in which what was unreleased belongs to a version. */
export function releaseChangelog(text: string, version: string, date: string): string {
  if (changesOf(text, 'Unreleased') === '') throw new Error('the changelog has nothing unreleased');
  return text.replace(unreleased, `${unreleased}\n## [${version}] - ${date}\n`);
}

/** What a changelog says of a version: the text below its heading, without the heading. */
export function changesOf(text: string, version: string): string {
  const start = text.indexOf(`## [${version}]`);
  if (start < 0) return '';
  const [, ...lines] = text.slice(start).split('\n');
  const end = lines.findIndex((line) => line.startsWith('## ['));
  return lines
    .slice(0, end < 0 ? undefined : end)
    .join('\n')
    .trim();
}

function main(args: readonly string[]): void {
  const repository = join(import.meta.dirname, '..', '..');
  const [command, version = ''] = args;
  if (command === 'set') setVersion(repository, version, new Date().toISOString().slice(0, 10));
  else if (command === 'check') check(repository, version);
  else if (command === 'notes')
    process.stdout.write(`${changesOf(readFileSync(join(repository, 'CHANGELOG.md'), 'utf8'), version)}\n`);
  else throw new Error('usage: node deploy/release/version.ts set|check|notes VERSION');
}

/** A tag is released only when the tree it names says the same version everywhere, the changelog too. */
function check(repository: string, version: string): void {
  const named = namedVersions(repository);
  const others = [...named].filter(([other]) => other !== version);
  for (const [other, files] of others) process.stderr.write(`${other}: ${files.join(', ')}\n`);
  const changes = changesOf(readFileSync(join(repository, 'CHANGELOG.md'), 'utf8'), version);
  if (changes === '') process.stderr.write(`CHANGELOG.md has no section [${version}]\n`);
  if (others.length > 0 || changes === '') process.exitCode = 1;
}

if (import.meta.main) main(process.argv.slice(2));
