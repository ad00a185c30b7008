import type { ChannelOf } from '../channel.js';
import { factsOf, headlineOf } from '../message.js';
import type { Message, ToldReport } from '../message.js';

/** A mail in plain text; no HTML is made of log text. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  /** Id that all mails of one incident refer to, so that they are one thread. */
  readonly references: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

const maxSubjectCharacters = 180;

export function mailOf(message: Message, channel: ChannelOf<'email'>): Mail {
  const domain = channel.from.slice(channel.from.lastIndexOf('@') + 1);
  const [first] = message.reports;
  const isOne = message.reports.length === 1 && first !== undefined;
  return {
    from: channel.from,
    to: channel.to,
    subject: headlineOf(message).slice(0, maxSubjectCharacters),
    text: `${message.reports.map(reportText).join('\n\n----\n\n')}\n`,
    messageId: `<${idPart(message.messageId)}@${domain}>`,
    references: isOne ? `<incident.${idPart(first.incidentId)}@${domain}>` : undefined,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Culprit-Incident': isOne ? idPart(first.incidentId) : 'digest',
    },
  };
}

function reportText(report: ToldReport): string {
  return [
    report.title,
    '',
    report.summary,
    '',
    ...report.hallmarks.map(({ time, logType, text }) => `  ${time.slice(11, 23)}  ${logType}: ${text}`),
    ...(report.hallmarks.length > 0 ? [''] : []),
    factsOf(report),
    `from ${report.start} to ${report.end}, report ${report.incidentId}, revision ${report.revision}`,
    ...(report.link === undefined ? [] : ['', report.link]),
  ].join('\n');
}

function idPart(text: string): string {
  return text.replaceAll(/[^\w.-]/g, '.');
}
