import { expect, it } from 'vitest';
import type { NotificationRuleJson } from '@culprit/service-query/module';
import { ruleBodyOf, ruleText } from './rule-text.js';

const rule: NotificationRuleJson = {
  ruleId: 'r',
  name: 'all',
  channelIds: ['a', 'gone'],
  environments: ['shop'],
  logTypes: [],
  incidentTypes: [],
  significance: 'medium',
  updates: 'important',
  quietHours: { from: '22:00', to: '07:00', timeZone: 'UTC', except: 'nothing' },
  digestMinutes: 60,
  dailyCap: 50,
  isPaused: false,
};

it('tells a rule in a sentence', () => {
  const channels = [{ channelId: 'a', name: 'on-call', kind: 'slack' as const, secretsSet: [] }];
  expect(ruleText(rule, channels)).toBe(
    'medium and above of shop to on-call, a channel that is gone, quiet 22:00 to 07:00 UTC, every 60 min',
  );
});

it('reads a form: what is empty holds for everything', () => {
  const form = new Map([
    ['name', 'n'],
    ['channelId', 'a'],
    ['environment', ''],
    ['significance', 'high'],
    ['quietFrom', '22:00'],
    ['quietTo', ''],
    ['digestMinutes', ''],
  ]);
  expect(ruleBodyOf(form, 'UTC')).toEqual({
    name: 'n',
    channelIds: ['a'],
    environments: [],
    significance: 'high',
    quietHours: null,
    digestMinutes: null,
  });
});
