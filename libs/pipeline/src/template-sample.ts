import { encodeUtf8 } from '@culprit/kernel';
import { parameterNameOf, parameterTypeOf, TemplateMiner, type ParameterType } from '@culprit/mining';
import { EnvelopeReader, RecordAssembler } from '@culprit/records';
import { membersOf, type RecordMember } from './record-members.js';
import { TextPattern, wildcard, WordedLine } from '@culprit/scoring';

/** Most frequent values that are listed of one parameter. */
const maxValues = 10;
/** Members that are listed, and how many are read of one record. */
const maxMembers = 64;
const memberLimits = { count: maxMembers, valueBytes: 256 };

/** The values of one parameter, as some records show them. */
export interface ValueSummary {
  /** What most values look like. */
  readonly type: ParameterType;
  readonly distinctCount: number;
  /** The most frequent, with how many records had them. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

/** What stands at one wildcard of a template. */
export interface ParameterSummary extends ValueSummary {
  /** Which `<*>` of the text, counted from 1: what a split takes. */
  readonly wildcard: number;
  /** The name that the text gives it, as `took` in `took=<*>`. */
  readonly name: string | undefined;
}

/** What a member of structured bodies holds that is no part of the template. */
export interface MemberSummary extends ValueSummary {
  readonly name: string;
}

/** What some records of a template show. */
export interface TemplateSample {
  /** Records whose values could be read. */
  readonly recordCount: number;
  readonly parameters: readonly ParameterSummary[];
  readonly members: readonly MemberSummary[];
}

/**
 * Reads the values of a template out of whole records of it: the same way from a body to its message as in structuring.
 *
 * @param bodies records as they came, headers included
 */
export function sampleTemplate(text: string, bodies: readonly string[]): TemplateSample {
  const pattern = new TextPattern(text);
  const counts = Array.from({ length: pattern.wildcardCount }, () => new Map<string, number>());
  const countsByName = new Map<string, Map<string, number>>();
  let recordCount = 0;
  for (const { values, members } of samplesOf(pattern, bodies)) {
    recordCount += 1;
    for (const [i, value] of values.entries()) countValue(counts[i], value);
    for (const { name, value } of members) {
      if (!countsByName.has(name) && countsByName.size < maxMembers) countsByName.set(name, new Map());
      countValue(countsByName.get(name), value);
    }
  }
  const names = namesOf(pattern.text);
  return {
    recordCount,
    parameters: counts.map((byValue, i) => ({ wildcard: i + 1, name: names[i], ...summaryOf(byValue) })),
    members: [...countsByName].map(([name, byValue]) => ({ name, ...summaryOf(byValue) })),
  };
}

function countValue(counts: Map<string, number> | undefined, value: string): void {
  counts?.set(value, (counts.get(value) ?? 0) + 1);
}

function summaryOf(countByValue: ReadonlyMap<string, number>): ValueSummary {
  return {
    type: commonType(countByValue),
    distinctCount: countByValue.size,
    values: [...countByValue]
      .map(([value, count]) => ({ value, count }))
      .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, maxValues),
  };
}

interface Sample {
  readonly values: readonly string[];
  readonly members: readonly RecordMember[];
}

function* samplesOf(pattern: TextPattern, bodies: readonly string[]): Generator<Sample> {
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
      const values = Array.from({ length: wildcardCount }, (_, at) =>
        line.textOf(captures[2 * at] ?? 0, captures[2 * at + 1] ?? 0),
      );
      yield { values, members: membersOf(records, i, memberLimits) };
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
