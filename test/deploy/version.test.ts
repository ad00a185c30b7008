/** One version, said in many places: they agree, and a release changes all of them. */
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { changesOf, namedVersions, releaseChangelog, setVersion } from '../../deploy/release/version.ts';

const repository = join(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'culprit-version-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  readonly version: string;
};

function copyVersions(): void {
  const files = [
    'package.json',
    'package-lock.json',
    'CHANGELOG.md',
    'libs/kernel/src/version.ts',
    ...globSync(['{libs,services}/*/package.json', 'deploy/helm/*/Chart.yaml'], { cwd: repository }),
  ];
  for (const file of files) cpSync(join(repository, file), join(copy, file));
}

/** Every package of a lock with its version; links have none. */
function lockedVersions(root: string): readonly (readonly [string, string | undefined])[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version?: string }>>;
  };
  return Object.entries(packages).map(([path, entry]) => [path, entry.version]);
}

/** True for the repository itself and its workspaces, by their path in the lock. */
function isOurs(path: string): boolean {
  return /^(?:libs\/|services\/|$)/.test(path) && !path.includes('node_modules');
}

describe('the version of the project', () => {
  it('is the same wherever it stands', () => {
    const named = namedVersions(repository);
    expect([...named.keys()]).toEqual([version]);
    expect(named.get(version)).toEqual(
      expect.arrayContaining([
        'package.json',
        'services/culprit/package.json',
        'deploy/helm/culprit/Chart.yaml',
      ]),
    );
  });

  it('is set everywhere at once, and packages of others keep theirs', () => {
    copyVersions();
    setVersion(copy, '7.8.9-rc.1', '2030-01-02');
    expect([...namedVersions(copy).keys()]).toEqual(['7.8.9-rc.1']);
    const before = lockedVersions(repository);
    const expected = before.map(([path, old]) => [path, isOurs(path) ? '7.8.9-rc.1' : old]);
    expect(lockedVersions(copy)).toEqual(expected);
    const changelog = readFileSync(join(copy, 'CHANGELOG.md'), 'utf8');
    expect(changelog).toContain('## [Unreleased]\n\n## [7.8.9-rc.1] - 2030-01-02\n');
    expect(() => setVersion(copy, '7.8.9', '2030-01-03')).toThrow(/nothing unreleased/);
  });

  it.each(['v1.2.3', '1.2', '1.2.3+4', 'latest', ''])('is never %j', (wrong) => {
    copyVersions();
    expect(() => setVersion(copy, wrong, '2030-01-02')).toThrow(/is no version/);
    expect([...namedVersions(copy).keys()]).toEqual([version]);
  });
});

describe('the changelog', () => {
  const text =
    '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- This.\n\n## [0.1.0] - 2029-01-01\n\n- That.\n';

  it('gives what is unreleased the name of the version', () => {
    const released = releaseChangelog(text, '0.2.0', '2030-01-02');
    expect(changesOf(released, '0.2.0')).toBe('### Added\n\n- This.');
    expect(changesOf(released, 'Unreleased')).toBe('');
    expect(changesOf(released, '0.1.0')).toBe('- That.');
  });

  it('releases nothing when nothing changed', () => {
    expect(() =>
      releaseChangelog('## [Unreleased]\n\n## [0.1.0]\n\n- That.\n', '0.2.0', '2030-01-02'),
    ).toThrow(/nothing unreleased/);
  });
});
