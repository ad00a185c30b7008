import type { Clock } from '@culprit/kernel';
import { CLOCK } from '@culprit/platform';
import type { Store } from '@culprit/store';
import type { Provider as NestProvider, Type } from '@nestjs/common';
import { BlockList } from 'node:net';
import type { QueryConfig } from '../config.js';
import { AddressGuard } from '../notify/address-guard.js';
import { post } from '../notify/post.js';
import { SUMMARIES } from '../tokens.js';
import type { Provider } from './provider.js';
import { SummaryCallsController, SummaryController } from './summary.controller.js';
import { SummaryService } from './summary.service.js';

const callTimeoutMs = 30_000;
const maxAnswerBytes = 65_536;

export const summaryControllers: readonly Type[] = [SummaryController, SummaryCallsController];

/** Generated summaries; without a provider nothing of it can send. */
export function summaryProviders({
  store,
  config,
}: {
  readonly store: Store;
  readonly config: QueryConfig;
}): NestProvider[] {
  const guard = new AddressGuard({ allowed: everywhere() });
  return [
    {
      provide: SUMMARIES,
      inject: [CLOCK],
      useFactory: (clock: Clock) =>
        new SummaryService({
          store,
          clock,
          provider: providerOf(config),
          callsPerDay: config.summaryCallsPerDay,
          post: (request) => post(request, { guard, timeoutMs: callTimeoutMs, maxAnswerBytes }),
        }),
    },
  ];
}

function providerOf(config: QueryConfig): Provider | undefined {
  const { summaryProvider: kind, summaryUrl, summaryKey: key, summaryModel: model, summaryHeaders } = config;
  if (kind === 'off') return undefined;
  return { kind, url: summaryUrl ?? openAiUrl, key, model: model ?? '', headers: summaryHeaders };
}

const openAiUrl = 'https://api.openai.com/v1';

/** The address is the operator's own word: a model beside Culprit is the usual case. */
function everywhere(): BlockList {
  const networks = new BlockList();
  networks.addSubnet('0.0.0.0', 0, 'ipv4');
  networks.addSubnet('::', 0, 'ipv6');
  return networks;
}
