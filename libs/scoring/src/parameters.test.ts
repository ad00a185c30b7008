import type { TemplateId } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { createTemplateBaseline } from './baseline.js';
import { observeParameters } from './parameters.js';

const id = '0123456789abcdef' as TemplateId;

describe('members of structured bodies', () => {
  it('are compared by key, wherever they stand and whichever others there are', () => {
    const template = createTemplateBaseline(id, 0);
    for (let i = 0; i < 40; i++) {
      const others = i % 2 === 0 ? [`took=${i}ms`] : [`retry=${i}`, `shard=s${i}`];
      const all = [...others, 'outcome=ok'];
      expect(observeParameters(template, i % 3 === 0 ? all : all.toReversed())).toBeUndefined();
    }
    expect(observeParameters(template, ['outcome=denied', 'took=4ms'])).toMatchObject({
      value: 'denied',
      usual: 'ok',
    });
  });

  it('do not disturb the values at wildcards', () => {
    const template = createTemplateBaseline(id, 0);
    for (let i = 0; i < 40; i++) observeParameters(template, [`eni${i}`, `mtu=${i}`]);
    expect(observeParameters(template, ['eth0', 'mtu=9'])).toMatchObject({ value: 'eth0', usual: 'eni#' });
  });

  it('are bounded', () => {
    const template = createTemplateBaseline(id, 0);
    for (let i = 0; i < 1_000; i++) observeParameters(template, [`key${i}=a`]);
    expect(template.members?.size).toBe(16);
  });
});
