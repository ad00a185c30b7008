import { factsOf, headlineOf } from '../message.js';
import type { Message, ToldReport } from '../message.js';
import { jsonRequest, type OutgoingRequest } from './request.js';

const maxReports = 10;

/** An adaptive card for the address of a Teams workflow. Rich text takes no markup, so log text cannot make a link. */
export function teamsRequest(message: Message, url: string): OutgoingRequest {
  const shown = message.reports.slice(0, maxReports);
  const left = message.reports.length - shown.length;
  return jsonRequest(url, {
    type: 'message',
    summary: headlineOf(message),
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            text(headlineOf(message), { weight: 'bolder', size: 'medium' }),
            ...shown.flatMap((report) => reportBlocks(report, shown.length > 1)),
            ...(left > 0 ? [text(`and ${left} more`, { isSubtle: true })] : []),
          ],
          actions: shown.flatMap(({ link, title }) =>
            link === undefined
              ? []
              : [{ type: 'Action.OpenUrl', title: shown.length > 1 ? title : 'Open the report', url: link }],
          ),
        },
      },
    ],
  });
}

function reportBlocks(report: ToldReport, isOneOfMany: boolean): Record<string, unknown>[] {
  return [
    ...(isOneOfMany ? [text(report.title, { weight: 'bolder' })] : []),
    text(report.summary),
    ...(isOneOfMany
      ? []
      : report.hallmarks.map((hallmark) =>
          text(`${hallmark.logType}: ${hallmark.text}`, { fontType: 'monospace' }),
        )),
    text(factsOf(report), { isSubtle: true, size: 'small' }),
  ];
}

function text(content: string, style: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: content, ...style }] };
}
