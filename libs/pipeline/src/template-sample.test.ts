import { describe, expect, it } from 'vitest';
import { sampleTemplate } from './template-sample.js';

describe('a sample of a template', () => {
  it('names, types and counts the values behind the headers of whole records', () => {
    const bodies = [7, 7, 12].map((ms, i) => `2026-03-03T09:00:0${i}Z INFO user ann read file took=${ms}ms`);
    expect(sampleTemplate('user <*> read file took=<*>', bodies)).toEqual({
      recordCount: 3,
      parameters: [
        {
          wildcard: 1,
          name: 'user',
          type: 'text',
          distinctCount: 1,
          values: [{ value: 'ann', count: 3 }],
        },
        {
          wildcard: 2,
          name: 'took',
          type: 'quantity',
          distinctCount: 2,
          values: [
            { value: '7ms', count: 2 },
            { value: '12ms', count: 1 },
          ],
        },
      ],
      members: [],
    });
  });

  it('names, types and counts the members of structured bodies', () => {
    const bodies = [
      '{"msg":"took 7","user":"ann","n":1}',
      'level=info msg="took 9" user="bob b"',
      '{"msg":"took 3"}',
    ];
    const { recordCount, members } = sampleTemplate('took <*>', bodies);
    expect(recordCount).toBe(3);
    expect(members).toMatchObject([
      { name: 'user', distinctCount: 2, values: [{ value: 'ann' }, { value: 'bob b' }] },
      { name: 'n', type: 'number', distinctCount: 1 },
    ]);
  });

  it('leaves out records that are not of the text', () => {
    expect(sampleTemplate('user <*> left', ['user ann came', '{"msg": 5}', '']).recordCount).toBe(0);
  });
});
