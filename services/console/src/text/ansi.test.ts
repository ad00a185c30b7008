import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAnsi } from './ansi.js';

const escape = '\u001b';

function summaryOf(text: string): readonly string[] {
  return parseAnsi(text).map(({ text: shown, colour, isBold, isFaint, isUnderlined }) =>
    [shown, colour, isBold ? 'bold' : '', isFaint ? 'faint' : '', isUnderlined ? 'under' : '']
      .filter((part) => part !== '' && part !== undefined)
      .join(' '),
  );
}

it('shows colours and weights until they are reset', () => {
  expect(summaryOf(`a${escape}[31;1mb${escape}[22mc${escape}[4;92md${escape}[0me`)).toEqual([
    'a',
    'b 1 bold',
    'c 1',
    'd 2 under',
    'e',
  ]);
});

it('maps the colours of 256 and of 16 million to the nearest of eight, and skips backgrounds', () => {
  expect(
    summaryOf(`${escape}[38;5;196mr${escape}[38;2;10;200;250mc${escape}[48;5;21;1mb${escape}[38;5;240mg`),
  ).toEqual(['r 1', 'c 6', 'b 6 bold', 'g bold']);
});

it('is not led astray by broken sequences', () => {
  expect(summaryOf(`${escape}[31`)).toEqual([]);
  expect(summaryOf(`${escape}[2Jcleared${escape}[`)).toEqual(['cleared']);
  expect(summaryOf(`${escape}]0;title\u0007rest`).join('')).toContain('rest');
  expect(summaryOf(`${escape}[38;5m ${escape}[38m${escape}[;;;mx`).at(-1)).toBe('x');
});

/** Control characters other than line feed and tab, direction marks, and characters of no width. */
const hiddenRanges = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x2069],
  [0xfeff, 0xfeff],
] as const;

it('lets nothing through that acts or hides', () => {
  const units = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
  const hidden = fc
    .constantFrom(...hiddenRanges)
    .chain(([min, max]) => fc.integer({ min, max }))
    .map((unit) => String.fromCharCode(unit));
  const part = fc.oneof(fc.constantFrom(escape, `${escape}[`, 'm', '31', ';', 'J'), hidden, units);
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const shown = parseAnsi(parts.join(''))
        .map(({ text }) => text)
        .join('');
      const found = Array.from(shown, (character) => character.charCodeAt(0)).filter((unit) =>
        hiddenRanges.some(([min, max]) => unit >= min && unit <= max),
      );
      expect(found).toEqual([]);
    }),
  );
});

it('leaves plain text as it is', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', ' ', '<', '>', '&', '"', 'é', '漢', '\t', '\n') }),
      (text) => {
        expect(parseAnsi(text).map((piece) => piece.text)).toEqual(text === '' ? [] : [text]);
      },
    ),
  );
});
