import type { KafkaBus } from '@culprit/bus';
import { topics } from '@culprit/contracts';
import type { Logger } from '@culprit/kernel';
import type { Health } from '@culprit/platform';

const intervalMs = 1_000;

/** What every stage reads, by the name of its consumer group. */
const topicByStage = {
  structuring: topics.rawLogs.name,
  scoring: topics.structuredEvents.name,
  correlation: topics.scoredAnomalies.name,
} as const;

/** Tells how far the stages of a cluster are behind: records whose effect is not durable yet, asked of the brokers. */
export function watchGroupLags(bus: KafkaBus, { health, logger }: { health: Health; logger: Logger }): void {
  for (const [stage, topic] of Object.entries(topicByStage)) {
    let lag = 0;
    const look = async (): Promise<void> => {
      try {
        lag = await bus.groupLag(`culprit-${stage}`, topic);
      } catch (error) {
        logger.debug({ stage, err: error }, 'lag not known');
      }
    };
    setInterval(() => void look(), intervalMs).unref();
    health.addLag(stage, () => lag);
  }
}
