import { toDisplayText } from '@culprit/kernel';
import type {
  RuleJson,
  TemplateDetailJson,
  TemplateJson,
  TemplateListJson,
} from '@culprit/service-query/module';
import { formatCount, paint, shorten, terminalWidth } from './terminal.js';

/** An event type of the API, with whole records where they were asked for. */
export interface TemplateView extends TemplateJson {
  readonly examples?: readonly string[];
}

/** A page of event types as the API lists them. */
export interface TemplateListView extends Omit<TemplateListJson, 'templates'> {
  readonly templates: readonly TemplateView[];
}

const countWidth = 12;

/** A list for a terminal: count, gravest severity, log type, name and text; id, times and examples below. */
export function formatTemplates(templates: readonly TemplateView[]): string {
  const width = terminalWidth();
  const logTypeWidth = Math.min(28, Math.max(8, ...templates.map(({ logType }) => logType.length)));
  const severityWidth = Math.max(5, ...templates.map(({ maxSeverity }) => maxSeverity.length));
  const indent = ' '.repeat(countWidth + 2);
  return templates
    .flatMap(({ examples = [], ...template }) => {
      const logType = shorten(oneLine(template.logType), logTypeWidth).padEnd(logTypeWidth);
      const count = formatCount(template.count).padStart(countWidth);
      const head = `${count}  ${template.maxSeverity.padEnd(severityWidth)}  ${logType}  `;
      const label = template.name === null ? '' : `${paint.bold(oneLine(template.name))}: `;
      const mark = template.mute === null ? '' : paint.dim(` (${muteText(template.mute)})`);
      const seen = `${template.templateId}  ${span(template)}`;
      return [
        `${head}${label}${oneLine(template.text)}${mark}`,
        paint.dim(`${indent}${seen}`),
        ...examples.map((example) => paint.dim(shorten(`${indent}e.g. ${oneLine(example)}`, width))),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** All that is known of one event type. */
export function formatTemplateDetail(template: TemplateDetailJson): string {
  const name = template.name === null ? [] : [`name        ${oneLine(template.name)}`];
  const mute = template.mute === null ? [] : [`muted       ${muteText(template.mute)}`];
  return [
    paint.bold(oneLine(template.text)),
    `id          ${template.templateId}`,
    ...name,
    `log type    ${oneLine(template.logType)} in ${oneLine(template.environment)}`,
    `records     ${formatCount(template.count)} (${formatCount(template.lineCount)} lines)`,
    `severity    ${template.maxSeverity === '' ? 'unknown' : template.maxSeverity}`,
    `seen        ${span(template)}`,
    ...mute,
    ...(template.ruleIds.length === 0 ? [] : [`rules       ${template.ruleIds.join(', ')}`]),
    ...template.parameters.map((parameter) => {
      const called = parameter.name === null ? '' : ` ${oneLine(parameter.name)}`;
      return valueLine(`<*> ${parameter.wildcard}`, `${parameter.type}${called}`, parameter);
    }),
    ...template.members.map((member) =>
      valueLine('member', `${member.type} ${oneLine(member.name)}`, member),
    ),
    ...template.examples.map(({ body }) => `example     ${oneLine(body)}`),
  ].join('\n');
}

function valueLine(
  title: string,
  what: string,
  { distinctCount, values }: Pick<TemplateDetailJson['members'][number], 'distinctCount' | 'values'>,
): string {
  const listed = values.map(({ value, count }) => `${oneLine(value)} (${formatCount(count)})`);
  return `${title.padEnd(12)}${what}, ${formatCount(distinctCount)} different: ${listed.join(', ')}`;
}

/** One line a rule. */
export function formatRuleLine(rule: RuleJson): string {
  const place = `${rule.logType ?? 'every log type'} of ${rule.environment ?? 'every environment'}`;
  const texts = rule.templates.map(oneLine).join(' | ');
  return `${paint.dim(rule.ruleId)}  ${rule.kind.padEnd(6)}  ${detailOf(rule)}${texts}  ${paint.dim(`in ${oneLine(place)}`)}`;
}

function detailOf(rule: RuleJson): string {
  if (rule.name !== undefined) return `"${oneLine(rule.name)}"  `;
  if (rule.wildcard !== undefined)
    return `at ${rule.wildcard}${rule.words?.length ? ` (${rule.words.map(oneLine).join(', ')})` : ''}  `;
  return rule.kind === 'mute'
    ? `${muteText({ until: rule.until ?? null, reason: rule.reason ?? '' })}  `
    : '';
}

function muteText({ until, reason }: { readonly until: string | null; readonly reason: string }): string {
  const time = until === null ? 'muted' : `muted until ${until.slice(0, 19)}Z`;
  return reason === '' ? time : `${time}: ${oneLine(reason)}`;
}

/** Text of a log must not begin a line of its own. */
function oneLine(text: string): string {
  return toDisplayText(text).replaceAll('\n', ' ⏎ ');
}

function span({ firstSeen, lastSeen }: Pick<TemplateDetailJson, 'firstSeen' | 'lastSeen'>): string {
  return firstSeen === null || lastSeen === null
    ? 'at no known time'
    : `${clock(firstSeen)} to ${clock(lastSeen)}`;
}

function clock(time: string): string {
  return time.slice(0, 19).replace('T', ' ');
}
