import { toDisplayText } from '@culprit/kernel';
import { formatCount, paint, shorten, terminalWidth } from './terminal.js';

/** An event type as it is shown and as JSON. */
export interface TemplateView {
  readonly templateId: string;
  readonly environment: string;
  readonly logType: string;
  readonly text: string;
  /** Records, and the lines they were joined from. */
  readonly count: number;
  readonly lineCount?: number;
  readonly maxSeverity: string;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly aliases: readonly string[];
  readonly examples?: readonly string[];
  /** A name that a person gave it. */
  readonly name?: string;
  /** Why nothing of it is reported. */
  readonly mutedBecause?: string;
}

const countWidth = 12;

/** A list for a terminal: count, worst severity, log type and text; examples below. */
export function formatTemplates(templates: readonly TemplateView[]): string {
  const width = terminalWidth();
  const logTypeWidth = Math.min(28, Math.max(8, ...templates.map(({ logType }) => logType.length)));
  const severityWidth = Math.max(5, ...templates.map(({ maxSeverity }) => maxSeverity.length));
  return templates
    .flatMap((template) => {
      const logType = shorten(oneLine(template.logType), logTypeWidth).padEnd(logTypeWidth);
      const head = `${formatCount(template.count).padStart(countWidth)}  ${template.maxSeverity.padEnd(severityWidth)}  ${logType}  `;
      const indent = ' '.repeat(countWidth + 2);
      const { name, mutedBecause, examples = [] } = template;
      const label = name === undefined ? '' : `${paint.bold(oneLine(name))}: `;
      const mark = mutedBecause === undefined ? '' : paint.dim(` (muted: ${oneLine(mutedBecause)})`);
      const seen = `${template.templateId}  ${clock(template.firstSeen)} to ${clock(template.lastSeen)}`;
      return [
        `${head}${label}${oneLine(template.text)}${mark}`,
        paint.dim(`${indent}${seen}`),
        ...examples.map((example) => paint.dim(shorten(`${indent}e.g. ${oneLine(example)}`, width))),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** Text of a log must not begin a line of its own. */
function oneLine(text: string): string {
  return toDisplayText(text).replaceAll('\n', ' ⏎ ');
}

function clock(time: string | null): string {
  return time === null ? '?' : time.slice(0, 19).replace('T', ' ');
}
