import { describe, expect, it } from 'vitest';
import { Drain, genericMasks, publishedDrainBySystem } from '../index.js';

function templatesOf(drain: Drain, lines: readonly string[]): string[] {
  return lines.map((line) => drain.mine(line)).map((index) => drain.templateText(index));
}

describe('Drain', () => {
  it('turns tokens that differ into wildcards, as in the example of the paper', () => {
    const drain = new Drain();
    const lines = ['Receive from node 4', 'Receive from node 5', 'Send to node 4'];
    expect(templatesOf(drain, lines)).toEqual([
      'Receive from node <*>',
      'Receive from node <*>',
      'Send to node 4',
    ]);
    expect([drain.size, drain.count(0), drain.count(1)]).toEqual([2, 2, 1]);
  });

  it('never joins lines of different length', () => {
    const drain = new Drain();
    templatesOf(drain, ['deleted block a', 'deleted block a b', 'deleted block a b c']);
    expect(drain.size).toBe(3);
  });

  it('keeps lines apart that begin differently, unless they begin with a value', () => {
    const drain = new Drain();
    templatesOf(drain, ['alpha is now ready here', 'beta is now ready here']);
    expect(drain.size).toBe(2);
    expect(templatesOf(drain, ['7 is now ready here', '8 is now ready here'])).toEqual([
      '<*> is now ready here',
      '<*> is now ready here',
    ]);
  });

  it('looks at as many leading tokens as the depth says', () => {
    const lines = ['user ann left the room now', 'user bob left the room now'];
    const sizes = [3, 4, 5].map((depth) => {
      const drain = new Drain({ depth });
      templatesOf(drain, lines);
      return drain.size;
    });
    expect(sizes).toEqual([1, 1, 2]);
  });

  it('joins at the similarity threshold and not below', () => {
    const lines = ['go a b c d', 'go a x y z'];
    const sizes = [0.4, 0.41].map((similarityThreshold) => {
      const drain = new Drain({ similarityThreshold });
      templatesOf(drain, lines);
      return drain.size;
    });
    expect(sizes).toEqual([1, 2]);
  });

  it('does not count a wildcard of the template as similar', () => {
    const drain = new Drain({ similarityThreshold: 0.5 });
    templatesOf(drain, ['set a to one', 'set b to two']);
    expect(drain.templateText(0)).toBe('set <*> to <*>');
    expect(drain.mine('set c at six')).toBe(1);
  });

  it('prefers the template with more wildcards among equally similar ones', () => {
    const drain = new Drain({ similarityThreshold: 0.6 });
    templatesOf(drain, ['on a b c d', 'on a b x y', 'on z b c q', 'on z b w q']);
    expect(drain.size).toBe(2);
    expect([drain.templateText(0), drain.templateText(1)]).toEqual(['on a b <*> <*>', 'on z b <*> q']);
    expect(drain.mine('on a b k q')).toBe(0);
  });

  it('sends all further first tokens down one branch once a node is full', () => {
    const drain = new Drain({ maxChildren: 3 });
    const first = ['one', 'two', 'three', 'four'].map((word) => drain.mine(`${word} is the first word`));
    expect(first).toEqual([0, 1, 2, 2]);
    expect(drain.templateText(2)).toBe('<*> is the first word');
  });

  it('masks before it splits', () => {
    const drain = new Drain({ masks: genericMasks });
    const line = 'addr 10.0.0.7:80 mac 0a:1b:2c:3d:4e size=12 flag 0xBEEF v2 -5';
    expect(templatesOf(drain, [line])).toEqual(['addr <*>:<*> mac <*> size=<*> flag <*> v2 <*>']);
  });

  it('takes empty lines for one template', () => {
    const drain = new Drain();
    expect(templatesOf(drain, ['', '  ', ''])).toEqual(['', '', '']);
    expect(drain.size).toBe(1);
  });

  it('can be made with every published setting', () => {
    const settings = Object.values(publishedDrainBySystem);
    expect(settings.length).toBeGreaterThan(0);
    for (const { options } of settings) expect(new Drain(options).mine('a line of 1 system')).toBe(0);
  });
});
