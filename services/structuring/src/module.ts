import { topics } from '@culprit/contracts';
import type { Clock, Logger } from '@culprit/kernel';
import type { StructuringStage } from '@culprit/pipeline';
import {
  CLOCK,
  createStage,
  HEALTH,
  LOGGER,
  METRICS,
  TRACING,
  type Health,
  type Metrics,
  type StageEnvironment,
  type StageService,
  type Tracing,
} from '@culprit/platform';
import type { Store } from '@culprit/store';
import { Module, type DynamicModule } from '@nestjs/common';
import { createIdleClock } from './idle-clock.js';
import { createRuleCatchUp } from './missing-rules.js';
import { createStructuringState, restoreStructuring } from './structuring.state.js';
import { createTelemetry } from './telemetry.js';

const stageName = 'structuring';
const maxNamedLogTypes = 5;

/** Token of the running stage; nobody asks for it, the application starts and stops it. */
const STRUCTURING = Symbol('culprit.structuring');

/** What structuring needs from its process. */
export interface StructuringModuleOptions extends StageEnvironment {
  readonly store: Store;
  /** Silence on the wall clock after which event time moves by itself. */
  readonly idleAfterMs: number;
}

interface Shared {
  readonly logger: Logger;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly tracing: Tracing;
}

/** Raw records to stored events and structured batches. */
export function structuringModule(options: StructuringModuleOptions): DynamicModule {
  return {
    module: StructuringModule,
    providers: [
      {
        provide: STRUCTURING,
        inject: [LOGGER, HEALTH, METRICS, TRACING, CLOCK],
        useFactory: (logger: Logger, health: Health, metrics: Metrics, tracing: Tracing, clock: Clock) =>
          createService(options, { logger, health, metrics, tracing, clock }),
      },
    ],
  };
}

@Module({})
class StructuringModule {
  /** Shown in Nest's own messages. */
  readonly name = stageName;
}

function createService(options: StructuringModuleOptions, shared: Shared): StageService {
  const { bus, store } = options;
  const telemetry = createTelemetry(shared.metrics);
  const { stages, writers } = telemetry;
  shared.health.addNotice(() => explosionNotice([...stages.values()]));
  const catchUp = createRuleCatchUp({ bus, rules: store.templateRules, stages });
  const tick = tickIdleClocks(options, shared.clock, stages);
  const scoringPartitions = bus.partitionCount(topics.structuredEvents.name);
  const definition = {
    stage: stageName,
    topic: topics.rawLogs.name,
    deadLetterTopic: topics.structuringDeadLetters.name,
    ...shared,
    onReset: () => telemetry.reset(),
    open: (partition: number, snapshot: Uint8Array | undefined, isOurs: () => boolean) => {
      const restored = restoreStructuring(snapshot, { lane: partition });
      const writer = store.createEventWriter(isOurs);
      stages.set(partition, restored.stage);
      writers.set(partition, writer);
      return createStructuringState({ ...restored, scoringPartitions, writer, templates: store.templates });
    },
    onTick: async (service: StageService) => {
      await catchUp();
      await tick(service);
    },
  };
  return createStage(definition, options);
}

/** Names the log types with more templates than are told apart; undefined while there are none. */
export function explosionNotice(
  stages: readonly { readonly templateExplosions: ReadonlyMap<string, number> }[],
): string | undefined {
  const lines = new Map<string, number>();
  for (const { templateExplosions } of stages) {
    for (const [logType, count] of templateExplosions) lines.set(logType, (lines.get(logType) ?? 0) + count);
  }
  if (lines.size === 0) return undefined;
  const worst = [...lines].toSorted(([, a], [, b]) => b - a).slice(0, maxNamedLogTypes);
  const names = worst.map(([logType, count]) => `${logType} (${count} records)`).join(', ');
  const more = lines.size > worst.length ? ` and ${lines.size - worst.length} more` : '';
  return `template explosion: more event types than are told apart in ${names}${more}; what is beyond is kept in catch-all types`;
}

/** Moves the event time of silent partitions; `stages` holds those that this process reads. */
function tickIdleClocks(
  { bus, idleAfterMs }: StructuringModuleOptions,
  clock: Clock,
  stages: ReadonlyMap<number, StructuringStage>,
): (service: StageService) => Promise<void> {
  const tickByStage = new WeakMap<StructuringStage, () => Promise<void>>();
  const hasNeighbours = bus.partitionCount(topics.rawLogs.name) > 1;
  return async (service) => {
    for (const [partition, stage] of stages) {
      const tick =
        tickByStage.get(stage) ??
        createIdleClock({
          bus,
          clock,
          partition,
          highestTime: () => stage.highestTime,
          backlog: () => service.subscription?.lag().find((lag) => lag.partition === partition)?.lag ?? 0,
          pendingLines: () => stage.pendingLines,
          idleAfterMs,
          hasNeighbours,
        });
      tickByStage.set(stage, tick);
      await tick();
    }
  };
}
