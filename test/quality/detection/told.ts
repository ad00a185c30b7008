import type { ReportEvent, RootCauseReport } from '@culprit/correlation';
import { toEpochMillis } from '@culprit/kernel';
import type { BaselineLine, BaselineReport } from '@culprit/testkit';
import type { Where } from './case.js';

/** A line that a method shows. */
export interface Shown extends Where {
  readonly timeMillis: number;
  readonly text: string;
}

/** What any method says about a stretch of time: Culprit's report or that of a baseline. Times in milliseconds. */
export interface Told {
  readonly title: string;
  readonly start: number;
  readonly end: number;
  /** When it could be read first. */
  readonly created: number;
  /** At most fifteen, the likely cause first. */
  readonly ranked: readonly Shown[];
  /** The same in the order they are shown in. */
  readonly inOrder: readonly Shown[];
  /** One or two lines that stand for all. */
  readonly hallmarks: readonly Shown[];
  /** Everything it names, shown or not. */
  readonly places: readonly Where[];
  readonly significance: string;
}

/** Culprit's report, its events ranked as it ranks them itself: by what speaks for each as the cause. */
export function toldByReport(report: RootCauseReport): Told {
  const ranked = report.coreEvents.toSorted((a, b) => a.causeRank - b.causeRank);
  return {
    title: report.title,
    start: toEpochMillis(report.start),
    end: toEpochMillis(report.end),
    created: toEpochMillis(report.created),
    ranked: ranked.map(shownEvent),
    inOrder: report.coreEvents.map(shownEvent),
    hallmarks: report.hallmarks.map(({ time, logType, body }) => ({
      timeMillis: toEpochMillis(time),
      logType,
      host: '',
      text: body,
    })),
    places: [
      ...report.coreEvents,
      ...report.logTypes.filter((logType) => logType.includes('/')).map((logType) => ({ logType, host: '' })),
    ],
    significance: report.significance,
  };
}

/** What a baseline reports by itself. */
export function toldByBaseline({ from, to, created, lines }: BaselineReport): Told {
  const shown = shownLines(lines);
  return {
    title: shown[0]?.text.slice(0, 100) ?? 'a minute that stands out',
    start: from,
    end: to,
    created,
    ranked: shown,
    inOrder: shown,
    hallmarks: shown.slice(0, 2),
    places: shown,
    significance: 'high',
  };
}

/** The lines of a baseline as lines that are shown. */
export function shownLines(lines: readonly BaselineLine[]): readonly Shown[] {
  return lines.map(({ timeMillis, logType, message }) => ({ timeMillis, logType, host: '', text: message }));
}

function shownEvent({ time, logType, host, body }: ReportEvent): Shown {
  return { timeMillis: toEpochMillis(time), logType, host, text: body };
}
