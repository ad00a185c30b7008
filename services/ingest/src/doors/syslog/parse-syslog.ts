import type { Json } from '../json-body.js';

const maxHeaderCharacters = 4_096;
const minute = 60_000;
/** Clocks without a zone are this far off at most, in hours. */
const widestZone = 14;

/** `<PRI>1 TIME HOST APP PROCID MSGID `, RFC 5424. */
const modern = /^<(\d{1,3})>\d{1,2} (\S{1,64}) (\S{1,255}) (\S{1,128}) (\S{1,128}) (\S{1,128}) /;
/** `<PRI>Mmm dd hh:mm:ss ` or with a date of RFC 3339, RFC 3164 and what became of it. */
const classic =
  /^(?:<(\d{1,3})>)?(?:([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)|(\d{4}-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-]\d\d:?\d\d)))(?: (\S{1,255}))? (?=\S)/;
/** The element that carries a token of ours. */
const ownElement = /^culprit(?:@\d{1,10})?$/;
/** `tag[pid]: ` */
const tagged = /^([\w./-]{1,128}(?:\([\w-]{1,64}\))?)(?:\[(\d{1,10})\])?: ?/;

/**
 * One syslog message as a record. What has no header of syslog is text, all of it.
 *
 * @param receivedMillis a time without year and zone is the one nearest to it
 * Source: RFC 5424, section 6; RFC 3164, section 4.
 */
export function parseSyslog(message: string, receivedMillis: number): Json {
  const head = message.slice(0, maxHeaderCharacters);
  const newer = modern.exec(head);
  if (newer !== null) return modernRecord(message, newer);
  const older = classic.exec(head);
  if (older !== null) return classicRecord(message, older, receivedMillis);
  const priority = /^<(\d{1,3})>/.exec(head);
  return priority === null
    ? { source_type: 'syslog', log: message }
    : { source_type: 'syslog', ...severityOf(priority[1]), ...taggedText(message.slice(priority[0].length)) };
}

function modernRecord(message: string, header: RegExpExecArray): Json {
  const [whole, priority, time, host, program, processId, messageId] = header;
  const { fields, end } = readStructuredData(message, whole.length);
  return {
    source_type: 'syslog',
    ...severityOf(priority),
    ...said('time', time),
    ...said('host', host),
    ...said('appname', program),
    ...said('procid', processId),
    ...said('msgid', messageId),
    ...fields,
    log: message.slice(end).replace(/^ ?\uFEFF?/, ''),
  };
}

function classicRecord(message: string, header: RegExpExecArray, receivedMillis: number): Json {
  const [whole, priority, clock, date, second] = header;
  const rest = message.slice(whole.length);
  // Some leave the host out: what stands in its place is then the tag.
  const isTag = second?.endsWith(':') === true;
  const text = isTag ? `${second} ${rest}` : rest;
  return {
    source_type: 'syslog',
    ...severityOf(priority),
    time: date ?? (clock === undefined ? undefined : nearestMillis(clock, receivedMillis)),
    ...(isTag || second === undefined ? {} : { host: second }),
    ...taggedText(text),
  };
}

function taggedText(text: string): Json {
  const tag = tagged.exec(text.slice(0, maxHeaderCharacters));
  if (tag === null) return { log: text };
  return { appname: tag[1], ...said('procid', tag[2]), log: text.slice(tag[0].length) };
}

/** A dash says that nothing is said. */
function said(key: string, value: string | undefined): Json {
  return value === undefined || value === '-' ? {} : { [key]: value };
}

function severityOf(priority: string | undefined): Json {
  return priority === undefined ? {} : { PRIORITY: Number(priority) & 7 };
}

/** `[id name="value" …]…` or `-`; names keep their element: `id.name`. */
function readStructuredData(message: string, start: number): { readonly fields: Json; readonly end: number } {
  if (message[start] !== '[') return { fields: {}, end: message[start] === '-' ? start + 1 : start };
  const fields = new Map<string, string>();
  const element = /\[(\S{1,64})((?: [^\s="\]]{1,64}="(?:[^"\\]|\\.)*")*)\]/y;
  let end = start;
  for (element.lastIndex = start; ; end = element.lastIndex) {
    const match = element.exec(message);
    if (match === null) break;
    for (const [, name, value = ''] of (match[2] ?? '').matchAll(/ ([^\s="\]]{1,64})="((?:[^"\\]|\\.)*)"/g))
      // The token of the sender is not for keeping.
      if (!ownElement.test(match[1] ?? '') || name !== 'token')
        fields.set(`${match[1]}.${name}`, value.replaceAll(/\\(["\\\]])/g, '$1'));
  }
  return { fields: Object.fromEntries(fields), end };
}

/** Epoch milliseconds of a clock without year and zone: the nearest to its arrival that a whole quarter zone gives. */
function nearestMillis(clock: string, receivedMillis: number): number | undefined {
  const year = new Date(receivedMillis).getUTCFullYear();
  const candidates = [year, year - 1, year + 1]
    .map((each) => Date.parse(`${clock} ${each} UTC`))
    .filter((millis) => !Number.isNaN(millis));
  const nearest = candidates.toSorted(
    (a, b) => Math.abs(a - receivedMillis) - Math.abs(b - receivedMillis),
  )[0];
  if (nearest === undefined) return undefined;
  const quarters = Math.round((receivedMillis - nearest) / (15 * minute));
  return Math.abs(quarters) > widestZone * 4 ? nearest : nearest + quarters * 15 * minute;
}
