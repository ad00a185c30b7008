import { emitRabbit } from '../databases.js';
import { springText } from '../java.js';
import type { Dice } from '../../dice.js';
import type { World } from '../world.js';
import type { Fault, PlantedFault } from './fault.js';

const LASTS_MS = 300_000;

/** The broker raises its memory alarm and blocks publishers: the consumer falls silent while the shop goes on. */
export const queueBlocked: Fault = {
  reserved: ['shipping', 'queue-master', 'rabbitmq'],
  plant(world, dice, onset): PlantedFault {
    world.sim.schedule(onset, (now) => {
      raiseAlarm(world, now);
      loseHeartbeats(world, dice, now + 70_000);
    });
    world.sim.schedule(onset + LASTS_MS, (now) => {
      const pod = world.cluster.pod('rabbitmq');
      emitRabbit(world, now, pod, {
        level: 'INFO',
        lines: ['vm_memory_high_watermark clear. Memory used:178213232 allowed:214748364'],
      });
      emitRabbit(world, now + 5, pod, {
        level: 'WARNING',
        lines: [`memory resource limit alarm cleared on node rabbit@${pod.name}`],
      });
      world.health.broker = 'up';
    });
    return { culprit: 'sock-shop/rabbitmq', end: onset + LASTS_MS, rootLines, symptomLines };
  },
};

const rootLines = [
  { name: 'watermark', logType: 'sock-shop/rabbitmq', contains: ['vm_memory_high_watermark set'] },
  { name: 'alarm', logType: 'sock-shop/rabbitmq', contains: ['memory resource limit alarm set on node'] },
  { name: 'publishers blocked', logType: 'sock-shop/rabbitmq', contains: ['Publishers will be blocked'] },
] as const;

const symptomLines = [
  { name: 'missed heartbeats', logType: 'sock-shop/rabbitmq', contains: ['missed heartbeats from client'] },
  { name: 'shipping gives up', logType: 'sock-shop/shipping', contains: ['Unable to add to queue'] },
  {
    name: 'shipping connection',
    logType: 'sock-shop/shipping',
    contains: ['AMQP connection', 'o.s.a.r.c.CachingConnectionFactory'],
  },
  // The consumer's own symptom is a line that stops; a report may cite the last or the expected one.
  {
    name: 'consumer silent',
    logType: 'sock-shop/queue-master',
    contains: ['Received shipment task'],
    occursWhenHealthy: true,
  },
] as const;

function raiseAlarm(world: World, at: number): void {
  const pod = world.cluster.pod('rabbitmq');
  emitRabbit(world, at, pod, {
    level: 'INFO',
    lines: ['vm_memory_high_watermark set. Memory used:219083648 allowed:214748364'],
  });
  emitRabbit(world, at + 4, pod, {
    level: 'WARNING',
    lines: [
      `memory resource limit alarm set on node rabbit@${pod.name}.`,
      '',
      '**********************************************************',
      '*** Publishers will be blocked until this alarm clears ***',
      '**********************************************************',
    ],
  });
  world.health.broker = 'blocking';
}

function loseHeartbeats(world: World, dice: Dice, at: number): void {
  const { sim, cluster } = world;
  const shipping = cluster.pod('shipping');
  const broker = cluster.pod('rabbitmq');
  for (let time = at; time < at + LASTS_MS - 80_000; time += dice.between(25_000, 45_000)) {
    const process = `<0.${String(500 + dice.below(9000))}.0>`;
    const from = `${shipping.ip}:${String(32_768 + dice.below(28_000))}`;
    emitRabbit(world, time, broker, {
      level: 'ERROR',
      lines: [
        `closing AMQP connection ${process} (${from} -> ${broker.ip}:5672):`,
        'missed heartbeats from client, timeout: 60s',
      ],
    });
    const message =
      'AMQP connection error; protocol method: #method<connection.close>(reply-code=541, reply-text=INTERNAL_ERROR, class-id=0, method-id=0)';
    sim.emit(
      time + 200,
      shipping.source,
      springText(world, {
        at: time + 200,
        level: 'ERROR',
        service: 'shipping',
        thread: 'AMQP Connection 10.100.12.9:5672',
        logger: 'o.s.a.r.c.CachingConnectionFactory',
        message,
      }),
    );
    for (let i = 0; i < 4; i++) {
      sim.emit(
        time + 900 * i + 400,
        shipping.source,
        "Unable to add to queue (the queue is probably down). Accepting anyway. Don't do this for real!",
      );
    }
  }
}
