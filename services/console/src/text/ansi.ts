import { toDisplayText } from '@culprit/kernel';

/** One of the eight colours of a terminal, by its SGR digit: black, red, green, yellow, blue, magenta, cyan, white. */
export type AnsiColour = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A piece of text in one style. The text is safe to show: nothing in it acts on a page or hides. */
export interface StyledText {
  readonly text: string;
  readonly colour: AnsiColour | undefined;
  readonly isBold: boolean;
  readonly isFaint: boolean;
  readonly isUnderlined: boolean;
}

type Style = Omit<StyledText, 'text'>;

const plain: Style = { colour: undefined, isBold: false, isFaint: false, isUnderlined: false };

/**
 * Splits a log text at its colour sequences. Only colours and weights of SGR have an effect, backgrounds none; every
 * other control character, direction mark or invisible character becomes visible or is removed. O(length).
 * Source: ECMA-48, 5th edition, 8.3.117 (SGR).
 */
export function parseAnsi(text: string): readonly StyledText[] {
  const pieces: StyledText[] = [];
  let style = plain;
  let start = 0;
  const push = (end: number): void => {
    const shown = toDisplayText(text.slice(start, end));
    if (shown !== '') pieces.push({ text: shown, ...style });
  };
  for (let escape = text.indexOf('\u001b['); escape >= 0; escape = text.indexOf('\u001b[', escape + 2)) {
    const end = endOfParameters(text, escape + 2);
    if (text[end] !== 'm') continue;
    push(escape);
    style = applySgr(style, text.slice(escape + 2, end));
    start = end + 1;
  }
  push(text.length);
  return pieces;
}

function endOfParameters(text: string, start: number): number {
  let i = start;
  while (i < text.length && isParameter(text.charCodeAt(i))) i++;
  return i;
}

/** Digits, `;` and `:`. */
function isParameter(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x3b;
}

function applySgr(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let result = style;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const { colour, length } = extendedColour(codes.slice(i + 1));
      if (code === 38) result = { ...result, colour };
      i += length;
    } else result = applyCode(result, code);
  }
  return result;
}

function applyCode(style: Style, code: number): Style {
  if (code === 0) return plain;
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isFaint: true };
  if (code === 4) return { ...style, isUnderlined: true };
  if (code === 22) return { ...style, isBold: false, isFaint: false };
  if (code === 24) return { ...style, isUnderlined: false };
  if (code === 39) return { ...style, colour: undefined };
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97))
    return { ...style, colour: colourOf(code % 10) };
  return style;
}

/** Colours of 256 or of 16 million become the nearest of eight, which the page can show on light and on dark. */
function extendedColour(codes: readonly number[]): { colour: AnsiColour | undefined; length: number } {
  const [mode, first = 0, green = 0, blue = 0] = codes;
  if (mode === 2) return { colour: nearestColour(first, green, blue), length: 4 };
  if (mode !== 5) return { colour: undefined, length: codes.length };
  if (first < 16) return { colour: colourOf(first % 8), length: 2 };
  if (first >= 232) return { colour: undefined, length: 2 };
  const cube = first - 16;
  return {
    colour: nearestColour(cubeLevel(cube, 36), cubeLevel(cube, 6), cubeLevel(cube, 1)),
    length: 2,
  };
}

/** One of the six levels of a colour in the cube of 216. */
function cubeLevel(cube: number, size: 36 | 6 | 1): number {
  return (Math.floor(cube / size) % 6) * 51;
}

function nearestColour(red: number, green: number, blue: number): AnsiColour | undefined {
  return colourOf((red > 127 ? 1 : 0) + (green > 127 ? 2 : 0) + (blue > 127 ? 4 : 0));
}

function colourOf(digit: number): AnsiColour | undefined {
  const colours = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  return colours[digit];
}
