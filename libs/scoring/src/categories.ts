/**
 * The kinds of values seen at one place. Texts are compared by shape (letters up to the first number or hexadecimal id), so
 * `eni1d44` and `eni9c0` are alike and `eth0` is not; numbers by value while there are few of them, such as status codes.
 */
export interface Categories {
  readonly countByName: Map<string, number>;
  /** Different numbers in it; -1 once they were too many and all became {@link anyNumber}. */
  numbers: number;
  total: number;
}

/** A kind of value that this place never showed. */
export interface CategoryFinding {
  /** Probability of one value of a new kind. */
  readonly probability: number;
  /** The most frequent kind of value so far. */
  readonly usual: string;
}

const anyNumber = '#';
const maxShapes = 16;
const maxNumbers = 24;
const minSamples = 8;
/** A code is news only where many were seen. */
const minSamplesOfCodes = 200;
const maxShapeLength = 48;
const maxProbability = 0.2;

/** Nothing seen yet. */
export function createCategories(): Categories {
  return { countByName: new Map(), numbers: 0, total: 0 };
}

/** The kind of a value, as these categories tell kinds apart. O(length), at most 48 characters of a text. */
export function categoryOf(categories: Categories, value: string): string {
  const shape = shapeOf(value);
  return shape === anyNumber && categories.numbers >= 0 && isPlainNumber(value) ? value : shape;
}

/** Share of the values so far that were of this kind, never 0. O(1). */
export function shareOf(categories: Categories, name: string): number {
  return ((categories.countByName.get(name) ?? 0) + 0.5) / (categories.total + 1);
}

/** True for a number at a place that so far showed few different ones: a code, the name of something. O(1) */
export function holdsCodes({ numbers }: Categories, value: string): boolean {
  return numbers >= 0 && isPlainNumber(value);
}

/**
 * Tells whether a value is of a new kind. The chance of one is estimated from the kinds seen once (Good 1953):
 * (N1 + 1/2) / (n + 1). O(kinds) for a new kind, O(1) otherwise.
 */
export function testCategory(categories: Categories, name: string): CategoryFinding | undefined {
  const { countByName, numbers, total } = categories;
  if (countByName.has(name)) return undefined;
  const isNumber = isPlainNumber(name);
  const isCode = isNumber && numbers > 0;
  // Numbers of any form are one kind, unless they are codes.
  if (!isCode && (isNumber || name === anyNumber) && (numbers !== 0 || countByName.has(anyNumber)))
    return undefined;
  if (total < (isCode ? minSamplesOfCodes : minSamples)) return undefined;
  const { singles, usual } = summarise(countByName, isCode);
  const probability = (singles + 0.5) / (total + 1);
  return probability < maxProbability ? { probability, usual } : undefined;
}

/** Kinds seen once and the most frequent one: of codes alone, or of shapes, where codes are together one. */
function summarise(
  countByName: ReadonlyMap<string, number>,
  ofCodes: boolean,
): { readonly singles: number; readonly usual: string } {
  const kinds = new Map<string, number>();
  for (const [name, count] of countByName) {
    const isCode = isPlainNumber(name);
    if (ofCodes && !isCode) continue;
    const kind = isCode && !ofCodes ? anyNumber : name;
    kinds.set(kind, (kinds.get(kind) ?? 0) + count);
  }
  let singles = 0;
  let usual = '';
  let most = 0;
  for (const [kind, count] of kinds) {
    if (count === 1) singles += 1;
    if (count <= most) continue;
    most = count;
    usual = kind;
  }
  return { singles, usual };
}

/**
 * Takes one value in.
 *
 * @returns false once there are too many kinds: the place holds ids and is no longer looked at
 */
export function addCategory(categories: Categories, name: string): boolean {
  const { countByName } = categories;
  const known = countByName.get(name) ?? 0;
  if (known === 0 && isPlainNumber(name)) categories.numbers += 1;
  countByName.set(name, known + 1);
  categories.total += 1;
  if (categories.numbers > maxNumbers) joinNumbers(categories);
  return countByName.size - Math.max(0, categories.numbers) <= maxShapes;
}

function joinNumbers(categories: Categories): void {
  const { countByName } = categories;
  let sum = countByName.get(anyNumber) ?? 0;
  for (const [name, count] of countByName) {
    if (!isPlainNumber(name)) continue;
    sum += count;
    countByName.delete(name);
  }
  countByName.set(anyNumber, sum);
  categories.numbers = -1;
}

/**
 * Letters up to the first digit, then `#`. Letters a to f just before the digit may belong to a hexadecimal id and are
 * left out, so that `enibb36` and `eni78` have one shape; a whole hexadecimal id is a number. All paths and addresses have one shape: they are open sets.
 */
function shapeOf(value: string): string {
  const scheme = value.indexOf('://');
  if (scheme >= 0 || value.startsWith('/')) return '/';
  if (isHexadecimal(value)) return anyNumber;
  for (let i = 0; i < value.length && i < maxShapeLength; i++) {
    if (!isDigit(value.charCodeAt(i))) continue;
    let end = i;
    while (end > 0 && isHexLetter(value.charCodeAt(end - 1))) end -= 1;
    return `${value.slice(0, end)}#`;
  }
  return value.slice(0, maxShapeLength);
}

/** An id of hexadecimal digits, in groups or not: eight or more of them, and a decimal one among them. */
function isHexadecimal(value: string): boolean {
  if (value.length < 8) return false;
  let hasDigit = false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (isDigit(code)) hasDigit = true;
    else if (!isHexLetter(code) && code !== 45) return false;
  }
  return hasDigit;
}

/** One to four digits and nothing else: what codes are written with. */
function isPlainNumber(value: string): boolean {
  if (value.length === 0 || value.length > 4) return false;
  for (let i = 0; i < value.length; i++) if (!isDigit(value.charCodeAt(i))) return false;
  return true;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isHexLetter(code: number): boolean {
  return (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}
