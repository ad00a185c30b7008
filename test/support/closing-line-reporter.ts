import { writeSync } from 'node:fs';
import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** What a run adds up to. A file that cannot be loaded and an error outside a test each count as one failure. */
export interface RunSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One line for each suite or test that did not run, with the number of tests behind it. */
  readonly skips: readonly string[];
}

/** Adds up a finished run. O(tests). */
export function summariseRun(modules: readonly TestModule[], unhandledErrorCount: number): RunSummary {
  let passed = 0;
  let failed = unhandledErrorCount;
  let skipped = 0;
  const countByReason = new Map<string, number>();
  for (const testModule of modules) {
    failed += testModule.errors().length;
    for (const suite of testModule.children.allSuites()) failed += suite.errors().length;
    for (const test of testModule.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      else if (state === 'failed') failed += 1;
      else {
        skipped += 1;
        const reason = skipReason(test);
        countByReason.set(reason, (countByReason.get(reason) ?? 0) + 1);
      }
    }
  }
  const skips = [...countByReason].map(([reason, count]) => `skipped (${count}): ${reason}`);
  return { passed, failed, skipped, skips };
}

/**
 * Why a test did not run: the note given to `context.skip(note)`, or the name of its suite, which by the house rules
 * says what is missing.
 */
function skipReason(test: TestCase): string {
  const result = test.result();
  const suite = test.parent.type === 'suite' ? test.parent.fullName : test.name;
  const note = result.state === 'skipped' ? result.note : undefined;
  const place = `${test.project.name} / ${suite}`;
  return note === undefined ? place : `${place}: ${note}`;
}

/** The closing line that any build server can read. */
export function closingLine(summary: RunSummary): string {
  return `${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped`;
}

/**
 * Prints what was skipped and why, and ends the output with the plain line `N passed, N failed, N skipped`.
 *
 * The line is written when the process exits, after anything other reporters still had to say, and without colours.
 */
export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const summary = summariseRun(modules, unhandledErrors.length);
    const lines = [...summary.skips, closingLine(summary), ''];
    process.once('exit', () => writeSync(1, lines.join('\n')));
  }
}
