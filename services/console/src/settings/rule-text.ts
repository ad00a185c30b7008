import type { ChannelJson, NotificationRuleJson } from '@culprit/service-query/module';

/** A rule in a sentence, for example `medium and above of shop to on-call, quiet 22:00 to 07:00`. */
export function ruleText(rule: NotificationRuleJson, channels: readonly ChannelJson[]): string {
  const { environments, logTypes, significance, quietHours, digestMinutes, isPaused } = rule;
  const nameById = new Map(channels.map(({ channelId, name }) => [channelId, name]));
  const to = rule.channelIds.map((id) => nameById.get(id) ?? 'a channel that is gone').join(', ');
  const places = [...environments, ...logTypes].join(', ');
  return [
    `${significance === 'high' ? 'high' : `${significance} and above`}${places === '' ? '' : ` of ${places}`} to ${to}`,
    ...(quietHours === null ? [] : [`quiet ${quietHours.from} to ${quietHours.to} ${quietHours.timeZone}`]),
    ...(digestMinutes === null ? [] : [`every ${digestMinutes} min`]),
    ...(isPaused ? ['paused'] : []),
  ].join(', ');
}

/** The rule that a filled form describes, as the API takes it. */
export function ruleBodyOf(
  form: { get(name: string): unknown },
  timeZone: string,
): Readonly<Record<string, unknown>> {
  const textOf = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const environment = textOf('environment');
  const [from, to] = [textOf('quietFrom'), textOf('quietTo')];
  const digest = textOf('digestMinutes');
  return {
    name: textOf('name'),
    channelIds: [textOf('channelId')],
    environments: environment === '' ? [] : [environment],
    significance: textOf('significance'),
    quietHours: from === '' || to === '' ? null : { from, to, timeZone },
    digestMinutes: digest === '' ? null : Number(digest),
  };
}
