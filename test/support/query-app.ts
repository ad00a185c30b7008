import {
  AccessLedger,
  createHealth,
  createHttpApp,
  createMetrics,
  silentLogger,
  systemClock,
} from '@culprit/platform';
import type { HttpApp, HttpAppOptions } from '@culprit/platform';
import { queryConfigSchema, queryModule } from '@culprit/service-query/module';

type QueryModuleOptions = Parameters<typeof queryModule>[0];

/** What a test says about its query service; what it leaves out is silent, or as without settings. */
export interface QueryAppOptions
  extends
    Pick<QueryModuleOptions, 'consoleDirectory' | 'store'>,
    Partial<Pick<QueryModuleOptions, 'decisionPublisher' | 'ledger' | 'rulePublisher'>>,
    Partial<Pick<HttpAppOptions, 'grpc' | 'health'>> {
  /** As the environment gives them. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Modules beside that of the query service. */
  readonly modules?: HttpAppOptions['modules'];
}

/** The query service as a server that does not listen yet, without a bus behind it unless publishers are given. */
export async function createQueryApp(options: QueryAppOptions): Promise<HttpApp> {
  const { consoleDirectory, store, settings = {}, modules = [], grpc, health = createHealth() } = options;
  const silent = { publish: () => Promise.resolve() };
  const { decisionPublisher = silent, rulePublisher = silent } = options;
  const config = queryConfigSchema.parse(settings);
  const ledger =
    options.ledger ??
    new AccessLedger({ openStore: () => Promise.resolve(store), clock: systemClock, logger: silentLogger });
  await ledger.refresh();
  return await createHttpApp({
    logger: silentLogger,
    metrics: createMetrics(),
    health,
    clock: systemClock,
    ...(grpc === undefined ? {} : { grpc }),
    modules: [
      ...modules,
      queryModule({ store, config, ledger, consoleDirectory, decisionPublisher, rulePublisher }),
    ],
  });
}
