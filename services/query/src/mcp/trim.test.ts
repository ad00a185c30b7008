import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trimmedJson } from './trim.js';

const bounds = { total: 600, text: 50 };

describe('answers for a model', () => {
  it('are whole where they fit', () => {
    expect(trimmedJson({ total: 1, events: [{ body: 'a' }] })).toBe('{"total":1,"events":[{"body":"a"}]}');
  });

  it('say how much of a long text is missing', () => {
    const { body } = JSON.parse(trimmedJson({ body: 'x'.repeat(60) }, bounds)) as { body: string };
    expect(body).toBe(`${'x'.repeat(50)}… (10 more characters)`);
  });

  it('lose the end of their longest list and say how many members', () => {
    const events = Array.from({ length: 100 }, (_, i) => ({ body: `line ${i}` }));
    const answer = JSON.parse(trimmedJson({ title: 't', events, hosts: ['a'] }, bounds)) as {
      events: unknown[];
      hosts: unknown[];
      leftOut: { events: number };
    };
    expect(answer.events).toEqual(events.slice(0, answer.events.length));
    expect(answer.events.length + answer.leftOut.events).toBe(100);
    expect(answer.events.length).toBeGreaterThan(5);
    expect(answer.hosts).toEqual(['a']);
  });

  it('never exceed their bound, are JSON, and hold nothing that could end the mark round them', () => {
    const lists = fc.dictionary(
      fc.string({ maxLength: 8 }),
      fc.oneof(fc.string(), fc.integer(), fc.array(fc.record({ body: fc.string({ maxLength: 200 }) }))),
      { maxKeys: 4 },
    );
    fc.assert(
      fc.property(lists, (value) => {
        const json = trimmedJson(value, bounds);
        expect(json.length).toBeLessThanOrEqual(bounds.total);
        expect(json).not.toContain('<');
        expect(typeof JSON.parse(json)).toBe('object');
      }),
      { seed: 7 },
    );
  });
});
