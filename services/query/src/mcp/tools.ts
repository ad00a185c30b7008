import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { pathWith, type Ask, type Reply } from './ask.js';

/** A tool as it is offered to a model. Every one reads only. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  /** @param given what the input schema made of the arguments */
  readonly call: (ask: Ask, given: unknown) => Promise<Reply>;
}

const time = z.string().max(64).describe('RFC 3339 with an offset, an epoch number, or relative: now-2h');
const environment = z.string().max(500).optional().describe('Only this environment');
const logType = z
  .string()
  .max(500)
  .optional()
  .describe('Only this log type, such as a container or a program');
const pageSize = z.int().min(1).max(100).default(20);
const pageToken = z.string().max(2_000).optional().describe('nextPageToken of the answer before');
const id = z.string().min(1).max(128);

function tool<Input extends z.ZodObject>(definition: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly call: (ask: Ask, given: z.output<Input>) => Promise<Reply>;
}): Tool {
  const { call, ...rest } = definition;
  return { ...rest, call: (ask, given) => call(ask, definition.input.parse(given)) };
}

const get = (ask: Ask, path: string): Promise<Reply> => ask({ method: 'GET', path });

/** What can be asked, in the order in which an investigation asks it. */
export const tools: readonly Tool[] = [
  tool({
    name: 'list_reports',
    title: 'List root cause reports',
    description:
      'Lists incidents that Culprit found by itself in the logs, latest first, each with title, summary, significance and core events. Start here.',
    input: z.object({
      from: time.optional(),
      to: time.optional(),
      environment,
      significance: z.enum(['low', 'medium', 'high']).optional(),
      pageSize,
      pageToken,
    }),
    call: async (ask, given) =>
      project(await get(ask, pathWith('/api/v1/incidents', given)), 'incidents', inList),
  }),
  tool({
    name: 'get_report',
    title: 'Read a root cause report',
    description:
      'One report: the few core events in order of time with their role (cause, symptom, context) and why each is there, what may be the cause instead, and how likely chance would make such a report.',
    input: z.object({ id: id.describe('Of list_reports') }),
    call: async (ask, given) =>
      without(await get(ask, `/api/v1/incidents/${encodeURIComponent(given.id)}`), ['words', 'hallmarks']),
  }),
  tool({
    name: 'related_events',
    title: 'Read what happened around a report',
    description:
      'Unusual events round the core of a report. Zoom 1 is closest, 3 widest; every level holds the one before.',
    input: z.object({ id: id.describe('Of list_reports'), zoom: z.int().min(1).max(3).default(1) }),
    call: (ask, { id: report, zoom }) =>
      get(ask, pathWith(`/api/v1/incidents/${encodeURIComponent(report)}/related`, { zoom })),
  }),
  tool({
    name: 'peek',
    title: 'Read the raw log round an event',
    description:
      'Log lines before and after an event as they came, nothing filtered, of its stream or of its whole log type.',
    input: z.object({
      eventId: id.describe('Of a report or a search'),
      before: z.int().min(0).max(200).default(20),
      after: z.int().min(0).max(200).default(20),
      scope: z.enum(['stream', 'logType']).default('stream'),
    }),
    call: async (ask, { eventId, ...range }) =>
      project(
        await get(ask, pathWith(`/api/v1/events/${encodeURIComponent(eventId)}/peek`, range)),
        'events',
        inPeek,
      ),
  }),
  tool({
    name: 'search_events',
    title: 'Search log records',
    description:
      'Log records that contain a text (a plain text, no pattern), of a time, a log type, an event type or at least a severity, newest first.',
    input: z.object({
      q: z.string().min(1).max(500).optional().describe('Text to be found'),
      from: time.optional(),
      to: time.optional(),
      environment,
      logType,
      template: z.string().max(64).optional().describe('templateId of an event type'),
      severity: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).optional(),
      pageSize,
      pageToken,
    }),
    call: async (ask, given) => project(await get(ask, pathWith('/api/v1/events', given)), 'events', inPeek),
  }),
  tool({
    name: 'scan_root_cause',
    title: 'Explain a moment',
    description:
      'Looks for the best explanation round a time that somebody names, such as when users complained, also where no report was written. Takes seconds.',
    input: z.object({ at: time, environment, logType }),
    call: scan,
  }),
  tool({
    name: 'explain_template',
    title: 'Explain an event type',
    description:
      'An event type by its id: its text with <*> for variables, how often and since when it is seen, the values its variables take, and examples.',
    input: z.object({ id: id.describe('templateId of an event'), environment, logType }),
    call: (ask, { id: template, ...place }) =>
      get(ask, pathWith(`/api/v1/templates/${encodeURIComponent(template)}`, { ...place, examples: 3 })),
  }),
];

const inList = [
  'id',
  'start',
  'end',
  'significance',
  'title',
  'summary',
  'environment',
  'logTypes',
  'occurrence',
  'incidentType',
];
const inPeek = ['eventId', 'time', 'logType', 'pod', 'host', 'severity', 'templateId', 'body'];

const pollMs = 200;
const maxPolls = 100;

async function scan(ask: Ask, request: object): Promise<Reply> {
  let reply = await ask({ method: 'POST', path: '/api/v1/scans', body: request });
  for (let poll = 0; poll < maxPolls && reply.status < 300 && isOpen(reply.body); poll++) {
    await sleep(pollMs);
    reply = await get(ask, `/api/v1/scans/${encodeURIComponent(String(memberOf(reply.body, 'id')))}`);
  }
  return reply;
}

function isOpen(scanned: unknown): boolean {
  return ['waiting', 'running'].includes(String(memberOf(scanned, 'state')));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

/** Of the members of a list only what helps to decide what to ask next. */
function project(reply: Reply, list: string, names: readonly string[]): Reply {
  const { status, body } = reply;
  const members = memberOf(body, list);
  if (status >= 300 || typeof body !== 'object' || body === null || !Array.isArray(members)) return reply;
  const short = members.map((member: object) =>
    Object.fromEntries(
      Object.entries(member).filter(([name, value]) => names.includes(name) && value !== ''),
    ),
  );
  return { status, body: { ...body, [list]: short } };
}

function without(reply: Reply, names: readonly string[]): Reply {
  if (typeof reply.body !== 'object' || reply.body === null) return reply;
  const kept = Object.entries(reply.body).filter(([name]) => !names.includes(name));
  return { status: reply.status, body: Object.fromEntries(kept) };
}
