import { factsOf, headlineOf } from '../message.js';
import type { Message, ToldReport } from '../message.js';
import { jsonRequest, type OutgoingRequest } from './request.js';

/** Slack refuses longer texts. */
const maxHeaderCharacters = 150;
const maxSectionCharacters = 2_900;
const maxReports = 10;

/** An incoming webhook with Block Kit; the text is what notifications of a phone show. */
export function slackRequest(message: Message, url: string): OutgoingRequest {
  const shown = message.reports.slice(0, maxReports);
  const left = message.reports.length - shown.length;
  return jsonRequest(url, {
    text: escaped(headlineOf(message)),
    unfurl_links: false,
    blocks: [
      { type: 'header', text: plain(cut(headlineOf(message), maxHeaderCharacters)) },
      ...shown.flatMap((report) => reportBlocks(report, shown.length > 1)),
      ...(left > 0 ? [{ type: 'context', elements: [plain(`and ${left} more`)] }] : []),
    ],
  });
}

function reportBlocks(report: ToldReport, isOneOfMany: boolean): Record<string, unknown>[] {
  const title = isOneOfMany ? `*${escaped(report.title)}*\n` : '';
  return [
    section(`${title}${escaped(report.summary)}`),
    ...(isOneOfMany
      ? []
      : report.hallmarks.map(({ logType, text }) => section(fenced(`${logType}: ${text}`)))),
    { type: 'context', elements: [plain(factsOf(report))] },
    ...(report.link === undefined
      ? []
      : [
          {
            type: 'actions',
            elements: [{ type: 'button', text: plain('Open the report'), url: report.link }],
          },
        ]),
  ];
}

function section(markdown: string): Record<string, unknown> {
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: cut(markdown, maxSectionCharacters), verbatim: true },
  };
}

function plain(text: string): Record<string, unknown> {
  return { type: 'plain_text', text, emoji: false };
}

/** Log text cannot end the fence. */
function fenced(text: string): string {
  return `\`\`\`${escaped(text.replaceAll('`', 'ˋ'))}\`\`\``;
}

/** What Slack's own markup would read as a link or a mention, and marks of emphasis, which a zero-width space disarms. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[*_~`]/g, '\u200b$&');
}

function cut(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1)}…`;
}
