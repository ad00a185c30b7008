/** Grouping and template accuracy of one log; all shares are in [0, 1]. */
export interface ParsingScore {
  readonly lines: number;
  /** Share of lines whose group has exactly the lines of their true group. */
  readonly GA: number;
  /** Harmonic mean of the shares of predicted and of true groups that are exactly right. */
  readonly FGA: number;
  /** Share of lines whose template text equals the true one. */
  readonly PA: number;
  /** Harmonic mean of the shares of predicted and of true templates whose lines have one truth, with equal text. */
  readonly FTA: number;
  readonly predicted: number;
  readonly truth: number;
}

/**
 * Scores predicted template texts against the true ones, line by line.
 * Source: metrics of Khan et al. 2022 (GA, PA, FTA) and Jiang et al. 2024 (FGA). O(lines).
 */
export function scoreParsing(truth: readonly string[], predicted: readonly string[]): ParsingScore {
  const trueSizes = new Map<string, number>();
  for (const template of truth) trueSizes.set(template, (trueSizes.get(template) ?? 0) + 1);
  const groups = new Map<string, { size: number; truths: Set<string> }>();
  let equalTexts = 0;
  predicted.forEach((template, line) => {
    const group = groups.get(template) ?? { size: 0, truths: new Set<string>() };
    group.size += 1;
    group.truths.add(truth[line] ?? '');
    groups.set(template, group);
    if (template === truth[line]) equalTexts += 1;
  });
  let groupedLines = 0;
  let rightGroups = 0;
  let rightTexts = 0;
  for (const [template, { size, truths }] of groups) {
    const [only] = truths;
    if (truths.size !== 1 || only === undefined) continue;
    if (trueSizes.get(only) === size) {
      groupedLines += size;
      rightGroups += 1;
    }
    if (only === template) rightTexts += 1;
  }
  const harmonic = (right: number): number => (2 * right) / (groups.size + trueSizes.size);
  return {
    lines: truth.length,
    GA: groupedLines / truth.length,
    FGA: harmonic(rightGroups),
    PA: equalTexts / truth.length,
    FTA: harmonic(rightTexts),
    predicted: groups.size,
    truth: trueSizes.size,
  };
}
