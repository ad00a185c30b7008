import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markup } from './markup.js';

describe('markup', () => {
  it('escapes values in text and in quoted attributes', () => {
    expect(markup`<a title="${'" onclick="x'}">${'<b>&'}</a>`.text).toBe(
      '<a title="&quot; onclick=&quot;x">&lt;b&gt;&amp;</a>',
    );
  });

  it('takes parts that are HTML already as they are', () => {
    const items = ['a', '<'].map((item) => markup`<li>${item}</li>`);
    const rule = markup`<hr>`;
    expect(markup`<ul>${items}${rule}${3}</ul>`.text).toBe('<ul><li>a</li><li>&lt;</li><hr>3</ul>');
  });

  it('lets no text make a tag, leave an attribute or carry a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { text: shown } = markup`${text}`;
        expect(shown).not.toMatch(/[<>"']/);
        expect(shown).not.toMatch(/[\p{Cc}--[\n\t]]/v);
        expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});
