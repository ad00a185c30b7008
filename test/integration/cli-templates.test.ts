import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { culprit, temporaryFolder } from './support/cli-process.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

interface Listed {
  readonly templates: readonly {
    readonly text: string;
    readonly count: number;
    readonly maxSeverity: string;
    readonly examples: readonly string[];
    readonly name?: string;
    readonly mute: { readonly reason: string } | null;
  }[];
  readonly total: number;
  readonly ofAll: { readonly templates: number; readonly records: number; readonly lines: number };
}

const two = (value: number): string => String(value).padStart(2, '0');
const lines = Array.from({ length: 60 }, (_, i) => [
  `2026-03-01T10:00:${two(i)}Z INFO cache hit ${i}`,
  `2026-03-01T10:00:${two(i)}Z INFO cache miss ${i}`,
  `2026-03-01T10:00:${two(i)}Z ERROR cannot store item ${i}`,
  ...(i === 30 ? ['java.io.IOException: disk full', '\tat shop.Store.put(Store.java:17)'] : []),
]).flat();

let file = '';
beforeAll(() => {
  file = folder.path('app.log');
  writeFileSync(file, `${lines.join('\n')}\n`);
});

async function list(...args: string[]): Promise<Listed> {
  const result = await culprit(['templates', file, '-o', 'json', '--limit', '1000', ...args]);
  return JSON.parse(result.stdout) as Listed;
}

function rulesFile(name: string, content: unknown): string {
  const path = folder.path(name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('culprit templates', () => {
  it('reads files without any time', async () => {
    const timeless = folder.path('timeless.log');
    writeFileSync(timeless, 'worker 1 started\nworker 2 started\nit failed for good\n');
    const { exitCode, stdout, stderr } = await culprit(['templates', timeless]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/2 +\S+ +worker <\*> started\n +[0-9a-f]{16} {2}at no known time\n/);
    expect(stderr).toContain('all 2 have 3 records of 3 lines');
  });

  it('counts every line once', async () => {
    const { templates, ofAll } = await list();
    expect(ofAll.lines).toBe(lines.length);
    expect(templates.reduce((sum, { count }) => sum + count, 0)).toBe(ofAll.records);
    expect(templates).toHaveLength(ofAll.templates);
  });

  it('searches, sorts and shows examples', async () => {
    const found = await list('--search', 'ITEM cannot', '--examples', '2');
    expect(found.templates.map(({ text }) => text)).toEqual([
      'cannot store item <*>',
      expect.stringMatching(
        /^cannot store item <\*> \| java\.io\.IOException: disk full \| trace [g-z]{8}: shop\.Store\.put$/,
      ),
    ]);
    expect(found.templates[0]?.examples).toEqual([lines[2], lines[5]]);
    expect((await list('--sort', 'severity')).templates[0]?.maxSeverity).toBe('ERROR');
    const text = await culprit(['templates', file, '--limit', '1']);
    expect(text.stderr).toContain('1 of ');
  });

  it('follows rules, and still counts every line once', async () => {
    const rules = rulesFile('rules.json', {
      rules: [
        { kind: 'merge', templates: ['cache hit <*>', 'cache miss <*>'] },
        { kind: 'rename', template: 'cannot store item <*>', name: 'lost item' },
        { kind: 'mute', template: 'cannot store item <*>', reason: 'known', until: '2026-12-01T00:00:00Z' },
      ],
    });
    const { templates, ofAll } = await list('--template-rules', rules);
    expect(templates[0]).toMatchObject({ text: 'cache <*> <*>', count: 120 });
    expect(templates[1]).toMatchObject({ name: 'lost item', mute: { reason: 'known' } });
    expect(ofAll.lines).toBe(lines.length);
  });

  it.each([
    ['not JSON', '{"rules": [', 'JSON'],
    ['an unknown kind', { rules: [{ kind: 'paint', template: 'a' }] }, 'rules.0'],
    ['a merge of one', { rules: [{ kind: 'merge', templates: ['a <*>'] }] }, 'two or more'],
    [
      'a split where nothing varies',
      { rules: [{ kind: 'split', template: 'a b', wildcard: 1 }] },
      'nothing to split',
    ],
    ['everything', { rules: [{ kind: 'mute', template: '<*>', reason: 'x' }] }, 'everything'],
  ])('refuses %s in one line', async (name, content, words) => {
    const rules = rulesFile(`${name.replaceAll(' ', '-')}.json`, content);
    const result = await culprit(['templates', file, '--template-rules', rules]);
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain(words);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });
});
