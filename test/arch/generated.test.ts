/** Generated code is committed and equal to what the contracts give now. */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFiles, withFixture } from './support/files.js';
import { repository } from './support/rooms.js';
import { runTool } from './support/run.js';

const contracts = existsSync(path.join(repository, 'proto'))
  ? listFiles(repository, 'proto').filter((file) => file.endsWith('.proto'))
  : [];
const committed = 'libs/contracts/src/gen';

/** Generates from a copy of proto/ and gives the text of each file, by path below the folder of generated code. */
function generate(change: (root: string) => void = () => undefined): ReadonlyMap<string, string> {
  return withFixture({}, (root) => {
    for (const file of listFiles(repository, 'proto')) {
      mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
      copyFileSync(path.join(repository, file), path.join(root, file));
    }
    change(root);
    const { isClean, output } = runTool('buf', ['generate'], path.join(root, 'proto'));
    if (!isClean) throw new Error(`buf generate failed: ${output}`);
    return readAll(root);
  });
}

function readAll(root: string): ReadonlyMap<string, string> {
  if (!existsSync(path.join(root, committed))) return new Map();
  return new Map(
    listFiles(root, committed).map((file) => [file, readFileSync(path.join(root, file), 'utf8')]),
  );
}

describe.skipIf(contracts.length === 0)('generated code (needs contracts in proto/)', () => {
  it('is what the contracts give now', () => {
    const generated = generate();
    expect(generated.size).toBeGreaterThan(0);
    expect(readAll(repository)).toEqual(generated);
  });

  it('has the descriptors of the contracts as they are now', () => {
    withFixture({}, (root) => {
      const made = path.join(root, 'descriptors.binpb');
      const wish = ['build', '-o', made, '--as-file-descriptor-set', '--exclude-source-info'];
      expect(runTool('buf', wish, path.join(repository, 'proto'))).toMatchObject({ isClean: true });
      expect(readFileSync(made)).toEqual(readFileSync(path.join(repository, 'proto', 'descriptors.binpb')));
    });
  });

  it('would differ if a contract had changed', () => {
    const changed = generate((root) => {
      const file = path.join(root, 'proto/culprit/planted/v1/planted.proto');
      mkdirSync(path.dirname(file), { recursive: true });
      copyFileSync(path.join(import.meta.dirname, 'support/planted.proto'), file);
    });
    expect(readAll(repository)).not.toEqual(changed);
  });
});
