import { emitSyslog } from '../kubernetes.js';
import type { Fault, PlantedFault } from './fault.js';

const LASTS_MS = 260_000;

/** The network card of the machine under payment drops frames: some payments get through late, others never. */
export const packetLoss: Fault = {
  reserved: ['payment', 'orders'],
  plant(world, dice, onset): PlantedFault {
    const { node } = world.cluster.pod('payment');
    const end = onset + LASTS_MS;
    const complain = (now: number): void => {
      if (now >= end) return;
      const text = `ena 0000:00:05.0 eth0: Found a Tx that wasn't completed on time, qid ${String(dice.below(4))}, index ${String(dice.below(1024))}.`;
      emitSyslog(world, now, { node, program: 'kernel', text });
      world.sim.schedule(now + dice.between(9000, 31_000), complain);
    };
    world.sim.schedule(onset, (now) => {
      world.health.payment = 'losing-packets';
      complain(now);
    });
    world.sim.schedule(end, () => {
      world.health.payment = 'up';
    });
    return { culprit: `node/${node.hostname}`, end, rootLines, symptomLines };
  },
};

const rootLines = [
  {
    name: 'frames not sent',
    logType: 'node/kernel',
    contains: ["Found a Tx that wasn't completed on time"],
  },
] as const;

const symptomLines = [
  {
    name: 'orders timeout',
    logType: 'sock-shop/orders',
    contains: ['java.util.concurrent.TimeoutException: null'],
  },
  {
    name: 'front-end 500',
    logType: 'sock-shop/front-end',
    contains: ['Order response:', '"status":500', 'due to timeout from one of the services'],
  },
] as const;
