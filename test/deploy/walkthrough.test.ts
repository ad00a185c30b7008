/** Commands in the pages of deploy/: what they name exists. Their flags are compared in test/deploy/slow. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandsOf, nameComplaints } from './support/shell-commands.js';

const repository = join(import.meta.dirname, '../..');
const pages = [
  'deploy/chaos/README.md',
  'deploy/eks/README.md',
  'deploy/helm/culprit/README.md',
  'deploy/helm/culprit-collector/README.md',
];

describe('the commands of', () => {
  it.each(pages)('%s name files and values that are there', (page) => {
    const commands = commandsOf(readFileSync(join(repository, page), 'utf8'));
    expect(commands.length).toBeGreaterThan(0);
    expect(nameComplaints(repository, commands)).toEqual([]);
  });

  it.each([
    ['kubectl apply -f deploy/chaos/sock-shops.yaml', /there is no deploy\/chaos\/sock-shops.yaml/],
    ['helm upgrade -i c deploy/helm/colector', /there is no deploy\/helm\/colector/],
    [
      'helm upgrade -i c deploy/helm/culprit-collector --set culprit.url=x,culprit.tokn=y',
      /no value culprit.tokn/,
    ],
  ])('a page with "%s" would not pass', (command, complaint) => {
    const commands = commandsOf(`\`\`\`\n${command}\n\`\`\`\n`);
    expect(nameComplaints(repository, commands).join('\n')).toMatch(complaint);
  });
});
