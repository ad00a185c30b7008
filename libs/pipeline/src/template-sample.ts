import { encodeUtf8 } from '@culprit/kernel';
import { parameterNameOf, parameterTypeOf, TemplateMiner, type ParameterType } from '@culprit/mining';
import { EnvelopeReader, RecordAssembler } from '@culprit/records';
import { TextPattern, wildcard, WordedLine } from '@culprit/scoring';

/** Most frequent values that are listed of one parameter. */
const maxValues = 10;

/** What stands at one wildcard of a template, as some of its records show. */
export interface ParameterSummary {
  /** Which `<*>` of the text, counted from 1: what a split takes. */
  readonly wildcard: number;
  /** The name that the text gives it, as `took` in `took=<*>`. */
  readonly name: string | undefined;
  /** What most values look like. */
  readonly type: ParameterType;
  readonly distinctCount: number;
  /** The most frequent, with how many records had them. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

/** What some records of a template show. */
export interface TemplateSample {
  /** Records whose values could be read. */
  readonly recordCount: number;
  readonly parameters: readonly ParameterSummary[];
}

/**
 * Reads the values of a template out of whole records of it: the same way from a body to its message as in structuring.
 *
 * @param bodies records as they came, headers included
 */
export function sampleTemplate(text: string, bodies: readonly string[]): TemplateSample {
  const pattern = new TextPattern(text);
  const counts = Array.from({ length: pattern.wildcardCount }, () => new Map<string, number>());
  let recordCount = 0;
  for (const values of valuesOf(pattern, bodies)) {
    recordCount += 1;
    for (const [i, value] of values.entries()) counts[i]?.set(value, (counts[i]?.get(value) ?? 0) + 1);
  }
  const names = namesOf(pattern.text);
  const parameters = counts.map((byValue, i) => ({
    wildcard: i + 1,
    name: names[i],
    type: commonType(byValue),
    distinctCount: byValue.size,
    values: [...byValue]
      .map(([value, count]) => ({ value, count }))
      .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, maxValues),
  }));
  return { recordCount, parameters };
}

function* valuesOf(pattern: TextPattern, bodies: readonly string[]): Generator<string[]> {
  const lines = bodies.map((log) => `${JSON.stringify({ log })}\n`).join('');
  const reader = new EnvelopeReader({ defaults: { environment: '', logType: 'sample' } });
  const { batch } = reader.read(encodeUtf8(lines), 'ndjson', Number.NaN);
  const assembler = new RecordAssembler();
  const miner = new TemplateMiner({ scope: 'sample' });
  const line = new WordedLine();
  for (const step of [() => assembler.push(batch), () => assembler.flush()]) {
    const records = step();
    for (let i = 0; i < records.length; i++) {
      const [start, end] = [records.messageStart[i] ?? 0, records.statementEnd[i] ?? 0];
      miner.mine(records.bytes, start, end);
      line.load(records.bytes, start, end, miner.parameterSpans, miner.parameterCount);
      if (!pattern.matches(line)) {
        line.load(records.bytes, start, end, miner.parameterSpans, 0);
        if (!pattern.matches(line)) continue;
      }
      const { captures, wildcardCount } = pattern;
      yield Array.from({ length: wildcardCount }, (_, at) =>
        line.textOf(captures[2 * at] ?? 0, captures[2 * at + 1] ?? 0),
      );
    }
  }
}

function namesOf(text: string): (string | undefined)[] {
  const bytes = encodeUtf8(text);
  return text
    .split(wildcard)
    .slice(0, -1)
    .map((_, i, pieces) => {
      const before = pieces.slice(0, i + 1).join(wildcard);
      return parameterNameOf(bytes, encodeUtf8(before).length);
    });
}

function commonType(countByValue: ReadonlyMap<string, number>): ParameterType {
  const countByType = new Map<ParameterType, number>();
  for (const [value, count] of countByValue) {
    const type = parameterTypeOf(value);
    countByType.set(type, (countByType.get(type) ?? 0) + count);
  }
  const [first] = [...countByType].toSorted(([, a], [, b]) => b - a);
  return first?.[0] ?? 'text';
}
