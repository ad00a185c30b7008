import { toDisplayText } from '@culprit/kernel';
import type { ReportEventJson, ReportJson } from './report-json.js';
import { alternatesText, falseReportText, occurrenceText } from './report-words.js';
import type { ReportCertainty, ReportOccurrence } from './report-words.js';

/** What of a published report goes into a ticket; older servers know less. */
export type MarkdownReport = Pick<ReportJson, 'id' | 'start' | 'end' | 'title' | 'summary'> &
  Partial<Pick<ReportJson, 'alternates'>> &
  ReportCertainty &
  ReportOccurrence & {
    readonly significance: string;
    readonly related: Readonly<Record<'1' | '2' | '3', number>>;
    readonly coreEvents: readonly (Pick<ReportEventJson, 'time' | 'logType' | 'reasons' | 'body'> & {
      readonly role: string;
    })[];
  };

/** A root cause report as Markdown for tickets and chat; log text stands in code fences and cannot break out. */
export function reportToMarkdown(report: MarkdownReport): string {
  const lines = [
    `## ${inline(report.title)}`,
    '',
    `*${report.significance} significance · ${report.start} to ${report.end} · ${occurrenceText(report)} · \`${report.id}\`*`,
    '',
    inline(report.summary),
    '',
  ];
  for (const event of report.coreEvents) {
    lines.push(
      `**${event.time.slice(11, 23)} · ${event.role} · ${inline(event.logType)}** — ${inline(event.reasons.join('; '))}`,
      '',
      ...fenced(event.body),
      '',
    );
  }
  const alternates = alternatesText(report);
  if (alternates !== undefined) lines.push(inline(alternates), '');
  const { related } = report;
  lines.push(`Related events: ${related[1]} at zoom 1, ${related[2]} at zoom 2, ${related[3]} at zoom 3.`);
  lines.push(falseReportText(report), '');
  return lines.join('\n');
}

/** Escapes what Markdown or HTML would interpret. */
function inline(text: string): string {
  return toDisplayText(text)
    .replaceAll('\n', ' ')
    .replaceAll(/[\\`*_{}[\]<>#|~!]/g, (character) => `\\${character}`);
}

/** A code fence longer than any run of backticks inside it. */
function fenced(body: string): string[] {
  const text = toDisplayText(body);
  let longest = 0;
  for (const run of text.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [fence, text, fence];
}
