import { createHash } from 'node:crypto';
import { Markup, markup } from './markup.js';
import type { OverviewJson } from './overview.service.js';
import type { IncidentEventJson, IncidentJson } from './report-json.js';

const REFRESH_SECONDS = 15;
const MAX_SHOWN_BODY = 16_000;
const MAX_OPEN_LINES = 6;

const style = `
:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 18%,transparent)}
body{font:16px/1.5 system-ui,sans-serif;max-width:76rem;margin:0 auto;padding:1rem 1.25rem 4rem}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.25rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.5rem 0 .5rem}
a{color:LinkText}p,ul{margin:.4rem 0}
.quiet{opacity:.75;font-size:.9rem}
table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid var(--line);padding:.4rem .6rem .4rem 0;text-align:left;vertical-align:top}
pre{font:13px/1.45 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0}
article{border-top:1px solid var(--line);padding:.6rem 0}
.cause{border-left:.35rem solid #c2410c;padding-left:.75rem}
.symptom{border-left:.35rem solid #a16207;padding-left:.75rem}
.context{border-left:.35rem solid var(--line);padding-left:.75rem}
.tag{font-size:.8rem;border:1px solid currentColor;border-radius:.25rem;padding:0 .35rem}
`;

/** Policy of the pages: nothing loads, nothing runs, and this one style sheet applies. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The list of the latest reports, with the newest one in full. */
export function renderHome(
  overview: OverviewJson,
  reports: { readonly incidents: readonly IncidentJson[]; readonly total: number },
  address: string,
): string {
  const [newest] = reports.incidents;
  return renderPage(
    'Culprit',
    markup`<h1>Culprit</h1>
      ${renderOverview(overview)}
      ${newest === undefined ? renderNothingYet(overview, address) : renderList(reports)}
      ${newest === undefined ? '' : renderReport(newest)}`,
    markup`<meta http-equiv="refresh" content="${REFRESH_SECONDS}" />`,
  );
}

/** One report alone; it stays as it is while somebody reads it. */
export function renderReportPage(report: IncidentJson): string {
  return renderPage(
    report.title,
    markup`<h1>Root cause report</h1>
      <p><a href="/">All reports</a></p>
      ${renderReport(report)}`,
  );
}

function renderPage(title: string, body: Markup, head: Markup = markup``): string {
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        ${head}
        <title>${title}</title>
        <style>${new Markup(style)}</style>
      </head>
      <body>
        ${body}
      </body>
    </html>
`.text;
}

function renderOverview(overview: OverviewJson): Markup {
  return markup`<p>
      ${overview.learning.text} · ${overview.events.toLocaleString('en')} log events ·
      ${overview.logTypes.length} log types · ${overview.eventsPerSecond} events/s
    </p>
    ${overview.notices.map((notice) => markup`<p role="status">${notice}</p>`)}`;
}

function renderNothingYet(overview: OverviewJson, address: string): Markup {
  if (overview.events > 0) return markup`<p>No report yet: nothing looked like a failure so far.</p>`;
  return markup`<p>No log line has arrived yet. Send some:</p>
    <pre>
culprit push app.log --url ${address}
curl --data-binary @app.log -H 'content-type: text/plain' '${address}/ingest/v1/logs?service=app'</pre>`;
}

function renderList(reports: {
  readonly incidents: readonly IncidentJson[];
  readonly total: number;
}): Markup {
  return markup`<h2>Reports</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Start (UTC)</th>
          <th scope="col">Significance</th>
          <th scope="col">Report</th>
          <th scope="col">Log types</th>
        </tr>
      </thead>
      <tbody>
        ${reports.incidents.map(renderRow)}
      </tbody>
    </table>
    <p class="quiet">${reports.incidents.length} of ${reports.total}; the rest at /api/v1/incidents</p>`;
}

function renderRow(report: IncidentJson): Markup {
  return markup`<tr>
    <td>${shortTime(report.start)}</td>
    <td>${report.significance}</td>
    <td><a href="/reports/${encodeURIComponent(report.id)}">${report.title}</a></td>
    <td>${report.logTypes.join(', ')}</td>
  </tr>`;
}

function renderReport(report: IncidentJson): Markup {
  const often = report.occurrence > 1 ? `seen ${report.occurrence} times` : 'seen for the first time';
  const chance = report.isProvisional ? ' · provisional, still learning what is usual' : '';
  return markup`<section>
    <h2>${report.title}</h2>
    <p class="quiet">
      ${shortTime(report.start)} to ${shortTime(report.end)} UTC · significance ${report.significance} ·
      ${often} · revision ${report.revision}${chance}
    </p>
    <p>${report.summary}</p>
    <p class="quiet">
      Hallmarks:
      ${report.hallmarks.map(({ logType, body }) => markup`<span class="tag">${logType}</span> ${firstLine(body)} `)}
    </p>
    <h3>What happened, in order</h3>
    ${report.coreEvents.map(renderEvent)}
    <p class="quiet">
      Around it: ${report.related[1]}, ${report.related[2]} and ${report.related[3]} events at zoom 1 to 3 ·
      <a href="/api/v1/incidents/${encodeURIComponent(report.id)}">JSON</a> ·
      <a href="/api/v1/incidents/${encodeURIComponent(report.id)}/related?zoom=1">related events</a>
    </p>
  </section>`;
}

function renderEvent(event: IncidentEventJson): Markup {
  const where = [event.logType, event.pod, event.host].filter((part) => part !== '').join(' · ');
  return markup`<article class="${event.role}">
    <p class="quiet">
      <b>${shortTime(event.time)}</b> <span class="tag">${event.role}</span> ${event.severity} ${where}
    </p>
    ${renderBody(event.body)}
    <p class="quiet">${event.reasons.join('; ')}${renderPeekLink(event.eventId)}</p>
  </article>`;
}

/** A stack trace shows its first lines and opens on demand. */
function renderBody(body: string): Markup {
  const lines = shownBody(body).split('\n');
  const rest = lines.slice(MAX_OPEN_LINES);
  if (rest.length <= 1) return markup`<pre>${lines.join('\n')}</pre>`;
  return markup`<pre>${lines.slice(0, MAX_OPEN_LINES).join('\n')}</pre>
    <details><summary class="quiet">${rest.length} more lines</summary><pre>${rest.join('\n')}</pre></details>`;
}

/** A silence has no stored record to look round. */
function renderPeekLink(eventId: string): Markup {
  if (!STORED_EVENT_ID.test(eventId)) return markup``;
  return markup` · <a href="/api/v1/events/${encodeURIComponent(eventId)}/peek">peek</a>`;
}

const STORED_EVENT_ID = /^[0-9a-f]{2}-[0-9a-f]{12}-[0-9a-f]{5}$/;

/** Milliseconds are enough for reading; the JSON has all nine digits. */
function shortTime(rfc3339: string): string {
  return rfc3339.slice(0, 23).replace('T', ' ');
}

function firstLine(body: string): string {
  return (body.split('\n', 1)[0] ?? '').slice(0, 200);
}

function shownBody(body: string): string {
  return body.length <= MAX_SHOWN_BODY
    ? body
    : `${body.slice(0, MAX_SHOWN_BODY)} … ${body.length} characters in all`;
}
