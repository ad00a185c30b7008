import { alternatesText, falseReportText, occurrenceText } from '@culprit/correlation';
import { toDisplayText } from '@culprit/kernel';
import type { ReportEventView, ReportView } from './report-view.js';
import { formatCount, formatDuration, paint, shorten, terminalWidth } from './terminal.js';

const roleWidth = 9;

/** A root cause report for a terminal: title, summary, core events in order of time with their reasons. */
export function formatReportText(report: ReportView): string {
  const width = terminalWidth();
  const logTypeWidth = Math.min(28, Math.max(8, ...report.coreEvents.map((event) => event.logType.length)));
  const lines = [
    paint.dim('─'.repeat(width)),
    `${significanceMark(report)}  ${paint.bold(oneLine(report.title))}`,
    paint.dim(`${spanText(report)}  ·  ${occurrenceText(report)}  ·  id ${report.id}`),
    '',
    ...wrap(toDisplayText(report.summary), width),
    '',
    ...report.coreEvents.flatMap((event) => eventLines(event, { width, logTypeWidth })),
    '',
    ...alternatesLines(report),
    paint.dim(relatedText(report)),
    paint.dim(falseReportText(report)),
  ];
  return lines.join('\n');
}

/** One line per report, for lists. */
export function formatReportLine(report: ReportView): string {
  return `${clock(report.start)}  ${significanceMark(report)}  ${oneLine(report.title)}  ${paint.dim(report.id)}`;
}

function alternatesLines(report: ReportView): string[] {
  const text = alternatesText(report);
  return text === undefined ? [] : [paint.dim(oneLine(text))];
}

function eventLines(event: ReportEventView, layout: { width: number; logTypeWidth: number }): string[] {
  const indent = ' '.repeat(12 + 2 + roleWidth + 2);
  const level = /^(FATAL|ERROR|WARN)/.exec(event.severity)?.[0].padEnd(6) ?? '';
  const logType = shorten(oneLine(event.logType), layout.logTypeWidth).padEnd(layout.logTypeWidth);
  const head = `${clock(event.time)}  ${roleText(event)}  ${logType}  `;
  const room = layout.width - (indent.length + layout.logTypeWidth + 2) - level.length;
  const text = toDisplayText(event.message ?? event.body).split('\n')[0] ?? '';
  const reasons = event.reasons.map((reason) => oneLine(reason)).join('; ');
  return [
    head + paintBody(event, level + shorten(text, Math.max(40, room))),
    indent + paint.dim(shorten(`↳ ${reasons}`, layout.width - indent.length)),
  ];
}

function paintBody(event: ReportEventView, text: string): string {
  if (event.role === 'cause') return paint.bold(text);
  return /^(ERROR|FATAL)/.test(event.severity) ? paint.red(text) : text;
}

function roleText(event: ReportEventView): string {
  const text = event.role.padEnd(roleWidth);
  if (event.role === 'cause') return paint.bold(paint.yellow(text));
  return event.role === 'symptom' ? paint.red(text) : paint.dim(text);
}

function significanceMark(report: ReportView): string {
  const word = report.significance.toUpperCase().padEnd(6);
  if (report.significance === 'high') return paint.bold(paint.red(`▲ ${word}`));
  return report.significance === 'medium' ? paint.yellow(`● ${word}`) : paint.blue(`▽ ${word}`);
}

function spanText(report: ReportView): string {
  const seconds = (Date.parse(report.end) - Date.parse(report.start)) / 1000;
  return `${report.start.slice(0, 19).replace('T', ' ')} UTC, ${formatDuration(seconds)}`;
}

function relatedText(report: ReportView): string {
  const { related } = report;
  return `Related events: ${formatCount(related[1])} at zoom 1, ${formatCount(related[2])} at zoom 2, ${formatCount(related[3])} at zoom 3.`;
}

/** Text of a log that must not begin a line of its own. */
function oneLine(text: string): string {
  return toDisplayText(text).replaceAll('\n', ' ');
}

function clock(time: string): string {
  return time.slice(11, 23);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line.length > 0 && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line.length === 0 ? word : `${line} ${word}`;
  }
  if (line.length > 0) lines.push(line);
  return lines;
}
