import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allTopics, topicKey } from './topics.js';

const proto = join(import.meta.dirname, '../../../proto');

describe('table of topics', () => {
  it('names every topic once, in the form of the house', () => {
    const names = allTopics.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^culprit(\.[a-z]+)+\.v\d+$/);
  });

  it('promises payloads that proto/ defines', () => {
    expect(existsSync(proto)).toBe(true);
    for (const { payload } of allTopics) {
      const [, area, version, message] = payload.split('.');
      const folder = join(proto, 'culprit', area ?? '', version ?? '');
      const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
      expect(sources.join('\n')).toContain(`message ${message} {`);
    }
  });

  it('makes different keys of different parts', () => {
    expect(topicKey('a', 'bc')).not.toBe(topicKey('ab', 'c'));
    expect(topicKey('a', '')).not.toBe(topicKey('a'));
  });
});
