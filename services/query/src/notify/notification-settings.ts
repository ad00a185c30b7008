import { randomUUID } from 'node:crypto';
import type { Clock } from '@culprit/kernel';
import { RequestError, installationTenant } from '@culprit/platform';
import type { DocumentKind, DocumentRepository, Store, StoredDocument } from '@culprit/store';
import { notFound } from '../not-found.js';
import { channelBody, withKeptSecrets } from './channel.js';
import type { Channel, ChannelBody } from './channel.js';
import { notificationRuleBody } from './rule.js';
import type { ActiveNotificationRule, NotificationRule } from './rule.js';

/** Reports that are watched for news: those that began last. */
export const maxWatchedReports = 500;
const maxChannels = 50;
const maxRules = 100;

/** Keeps channels and rules, and notes which tenants have any. */
export class NotificationSettings {
  readonly #store: Store;
  readonly #clock: Clock;
  /** Changes wait for each other, so that none is decided on old ground. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: { readonly store: Store; readonly clock: Clock }) {
    this.#store = deps.store;
    this.#clock = deps.clock;
  }

  async channels(tenant: string): Promise<readonly Channel[]> {
    const found = await this.#documents(tenant).list('notification-channel', maxChannels);
    return found.map(readChannel).toSorted((a, b) => compare(a.channel.name, b.channel.name));
  }

  async channel(tenant: string, channelId: string): Promise<Channel> {
    const found = await this.#documents(tenant).find('notification-channel', channelId);
    if (found === undefined) throw notFound('notification channel');
    return readChannel(found);
  }

  /** Sets a channel; a new one without `channelId`. Secrets that are not said again stay. */
  async putChannel(tenant: string, body: ChannelBody, channelId?: string): Promise<Channel> {
    return await this.#exclusively(async () => {
      const before = channelId === undefined ? undefined : (await this.channel(tenant, channelId)).channel;
      if (before === undefined) checkRoom('channels', (await this.channels(tenant)).length, maxChannels);
      const found = withKeptSecrets(body, before);
      if ('missing' in found) {
        const rule = `a ${body.kind} channel needs it`;
        throw new RequestError({
          code: 'CULPRIT_HTTP_INVALID',
          detail: `${found.missing}: ${rule}`,
          errors: [{ field: found.missing, rule }],
        });
      }
      const id = channelId ?? randomUUID();
      await this.#save(tenant, 'notification-channel', { id, value: found.channel });
      return { channelId: id, channel: found.channel };
    });
  }

  async removeChannel(tenant: string, channelId: string): Promise<void> {
    await this.#exclusively(async () => {
      await this.channel(tenant, channelId);
      const user = (await this.rules(tenant)).find(({ rule }) => rule.channelIds.includes(channelId));
      if (user !== undefined) {
        throw new RequestError({
          code: 'CULPRIT_QUERY_CHANNEL_IN_USE',
          detail: `the rule "${user.rule.name}" sends to it`,
          hint: 'Remove the channel from the rule first.',
        });
      }
      await this.#save(tenant, 'notification-channel', { id: channelId, value: undefined });
    });
  }

  async rules(tenant: string): Promise<readonly ActiveNotificationRule[]> {
    const found = await this.#documents(tenant).list('notification-rule', maxRules);
    return found.map(readRule).toSorted((a, b) => compare(a.ruleId, b.ruleId));
  }

  /** Sets a rule; a new one without `ruleId`. It speaks of what happens from now on. */
  async putRule(tenant: string, rule: NotificationRule, ruleId?: string): Promise<ActiveNotificationRule> {
    return await this.#exclusively(async () => {
      const rules = await this.rules(tenant);
      if (ruleId !== undefined && !rules.some((one) => one.ruleId === ruleId))
        throw notFound('notification rule');
      if (ruleId === undefined) checkRoom('rules', rules.length, maxRules);
      await this.#checkChannels(tenant, rule.channelIds);
      if (rules.length === 0) await this.#beginWatching(tenant);
      const id = ruleId ?? randomUUID();
      await this.#save(tenant, 'notification-rule', { id, value: rule });
      return { ruleId: id, rule };
    });
  }

  async removeRule(tenant: string, ruleId: string): Promise<void> {
    await this.#exclusively(async () => {
      const found = await this.#documents(tenant).find('notification-rule', ruleId);
      if (found === undefined) throw notFound('notification rule');
      await this.#save(tenant, 'notification-rule', { id: ruleId, value: undefined });
    });
  }

  async #checkChannels(tenant: string, channelIds: readonly string[]): Promise<void> {
    const known = new Set((await this.channels(tenant)).map(({ channelId }) => channelId));
    const unknown = channelIds.find((id) => !known.has(id));
    if (unknown === undefined) return;
    throw new RequestError({
      code: 'CULPRIT_HTTP_INVALID',
      detail: 'channelIds: one of them is no channel',
      errors: [{ field: 'channelIds', rule: `there is no channel ${unknown}` }],
    });
  }

  /** What is known already is no news. */
  async #beginWatching(tenant: string): Promise<void> {
    const versions = await this.#store.forTenant({ tenant }).reports.listVersions(maxWatchedReports);
    await this.#save(tenant, 'notification-cursor', { id: 'reports', value: Object.fromEntries(versions) });
    await this.#save(installationTenant, 'notified-tenant', { id: tenant, value: {} });
  }

  async #save(
    tenant: string,
    kind: DocumentKind,
    { id, value }: { readonly id: string; readonly value: unknown },
  ): Promise<void> {
    const documents = this.#documents(tenant);
    const before = await documents.find(kind, id);
    const version = Math.max(this.#clock.now(), (before?.version ?? 0) + 1);
    await documents.save(kind, [{ documentId: id, version, value }]);
  }

  #documents(tenant: string): DocumentRepository {
    return this.#store.forTenant({ tenant }).documents;
  }

  async #exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => undefined);
    return await result;
  }
}

function readChannel({ documentId, value }: StoredDocument): Channel {
  return { channelId: documentId, channel: channelBody.parse(value) };
}

function readRule({ documentId, value }: StoredDocument): ActiveNotificationRule {
  return { ruleId: documentId, rule: notificationRuleBody.parse(value) };
}

function checkRoom(what: string, count: number, most: number): void {
  if (count < most) return;
  throw new RequestError({
    code: 'CULPRIT_QUERY_SETTINGS_FULL',
    detail: `at most ${most} notification ${what} are kept`,
    hint: 'Remove one that is no longer needed.',
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}
