import { crashPod } from '../cluster.js';
import { pino, rabbit, spring, zap } from '../formats.js';
import { setLink } from '../health.js';
import type { Dice } from '../../dice.js';
import type { Platform, Pod } from '../platform.js';
import type { Plant } from './fault.js';
import { lastingOf, symptoms } from './fault.js';

const SECOND = 1000;
const MINUTE = 60_000;

/** One message that the consumer cannot read; it comes back to whoever is alive. */
export const poisonMessage: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  let restarts = 0;
  const die = (now: number): void => {
    if (now >= end) return;
    restarts += 1;
    platform.health.notifierConsumes = false;
    for (const pod of platform.pods('notifier')) dieOfMessage(platform, dice, now, { pod, restarts });
    platform.sim.schedule(now + Math.min(150, 10 * 2 ** (restarts - 1)) * SECOND + 2500, die);
  };
  platform.sim.schedule(onset, die);
  platform.sim.schedule(end, () => {
    platform.health.notifierConsumes = true;
  });
  return {
    culprit: 'dispatch/notifier',
    end,
    rootLines: [{ name: 'type error', logType: 'dispatch/notifier', contains: ["reading 'locale'"] }],
    symptomLines: [
      {
        name: 'back-off',
        logType: 'k8s-events',
        contains: ['Back-off restarting failed container notifier'],
      },
      { name: 'kubelet', logType: 'kubelet', contains: ['CrashLoopBackOff', 'notifier'] },
      {
        name: 'connection closed',
        logType: 'data/rabbitmq',
        contains: ["user: 'notifier'"],
        occursWhenHealthy: true,
      },
      { name: 'no push', logType: 'dispatch/notifier', contains: ['push sent'], occursWhenHealthy: true },
    ],
  };
};

function dieOfMessage(
  platform: Platform,
  dice: Dice,
  at: number,
  { pod, restarts }: { readonly pod: Pod; readonly restarts: number },
): void {
  const message = "Cannot read properties of undefined (reading 'locale')";
  const stack = `TypeError: ${message}\n    at render (/app/dist/templates.js:41:27)\n    at Channel.onDelivery (/app/dist/consumer.js:88:13)`;
  pino(platform, at, pod, {
    level: 'ERROR',
    msg: 'uncaught exception',
    fields: { err: { type: 'TypeError', message, stack } },
  });
  const broker = platform.pod('rabbitmq', dice);
  const process = String(700 + dice.below(60_000));
  rabbit(platform, at + 70, broker, {
    level: 'warning',
    process,
    text: `closing AMQP connection <0.${process}.0> (${pod.ip}:40112 -> ${broker.ip}:5672, vhost: '/', user: 'notifier'):\nclient unexpectedly closed TCP connection`,
  });
  const again = crashPod(platform, dice, at + 50, { pod, restarts, exitCode: 1 });
  pino(platform, again + 700, pod, {
    msg: 'server listening',
    fields: { address: `http://${pod.ip}:3000` },
  });
}

/** A revision of the settings shortens a timeout; pools take it over as their connections grow old. */
export const configPushed: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice) + 3 * MINUTE;
  const say = (at: number, from: number, to: number): void => {
    for (const pod of platform.pods('orders'))
      spring(platform, at + dice.below(3000), pod, {
        thread: 'config-watcher-1',
        logger: 'c.p.orders.config.RemoteSettings',
        text: `Revision ${String(430 + dice.below(3))} applied: datasource.socket-timeout-ms ${String(from)} -> ${String(to)}`,
      });
  };
  platform.sim.schedule(onset, (now) => {
    say(now, 10_000, 100);
  });
  const first = onset + dice.between(120, 240) * SECOND;
  for (const [delay, share] of [
    [0, 0.15],
    [60, 0.5],
  ] as const)
    platform.sim.schedule(first + delay * SECOND, () => {
      setLink(platform.health, 'orders>postgres', { how: 'timeout', share });
    });
  platform.sim.schedule(end, (now) => {
    say(now, 100, 10_000);
    setLink(platform.health, 'orders>postgres');
  });
  return {
    culprit: 'dispatch/orders',
    end,
    rootLines: [
      {
        name: 'setting',
        logType: 'dispatch/orders',
        contains: ['datasource.socket-timeout-ms 10000 -> 100'],
      },
    ],
    symptomLines: [
      { name: 'timed out', logType: 'dispatch/orders', contains: ['SocketTimeoutException'] },
      symptoms.notStored,
      symptoms.requestFailed,
      symptoms.serverError,
    ],
  };
};

/** A flag turns on a better estimate of arrival, which takes forty times as long. */
export const flagSlows: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  const turn = (at: number, to: boolean): void => {
    for (const pod of platform.pods('matcher'))
      zap(platform, at + dice.below(4000), pod, {
        caller: 'flags/watch.go:52',
        msg: 'flag changed',
        fields: { flag: 'eta-v2', from: !to, to, rollout: 100 },
      });
  };
  platform.sim.schedule(onset, (now) => {
    turn(now, true);
  });
  platform.sim.schedule(onset + dice.between(100, 240) * SECOND, () => {
    platform.health.slow.set('match', dice.between(30, 50));
  });
  platform.sim.schedule(end, (now) => {
    turn(now, false);
    platform.health.slow.delete('match');
  });
  return {
    culprit: 'dispatch/matcher',
    end,
    rootLines: [{ name: 'flag', logType: 'dispatch/matcher', contains: ['flag changed', '"flag":"eta-v2"'] }],
    symptomLines: [
      {
        name: 'slow match',
        logType: 'dispatch/matcher',
        contains: ['"msg":"assigned"'],
        pattern: /"took_ms":(?:1[2-9]\d|[2-9]\d\d|\d{4})/,
      },
    ],
  };
};

/** Factors are written as percentages: a hundred times what they should be. */
export const surgeWrong: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  platform.sim.schedule(onset, () => {
    platform.health.surgeFactor = 100;
  });
  platform.sim.schedule(end, () => {
    platform.health.surgeFactor = 1;
  });
  return {
    culprit: 'dispatch/pricing',
    end,
    rootLines: [
      { name: 'factor', logType: 'dispatch/pricing', contains: ['pricing.surge'], pattern: /factor=\d{3}/ },
      { name: 'total', logType: 'dispatch/pricing', contains: ['pricing.quote'], pattern: /total=\d{3}/ },
    ],
    symptomLines: [],
  };
};

/** Consumers give their partitions back and take none: every fourth order waits where nobody reads. */
export const lagGrows: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  const perMinute = dice.between(200, 900);
  platform.sim.schedule(onset, (now) => {
    zap(platform, now, platform.pod('matcher', dice), {
      caller: 'stream/consumer.go:214',
      msg: 'partitions revoked',
      fields: { topic: 'orders.placed', partitions: '3,4,5' },
    });
    platform.health.lagGrowth = perMinute;
  });
  platform.sim.schedule(end, (now) => {
    zap(platform, now, platform.pod('matcher', dice), {
      caller: 'stream/consumer.go:188',
      msg: 'partitions assigned',
      fields: { topic: 'orders.placed', partitions: '3,4,5' },
    });
    platform.health.lagGrowth = 0;
  });
  return {
    culprit: 'dispatch/matcher',
    end,
    rootLines: [
      {
        name: 'revoked',
        logType: 'dispatch/matcher',
        contains: ['partitions revoked'],
        occursWhenHealthy: true,
      },
      {
        name: 'lag',
        logType: 'ops/lag-exporter',
        contains: ['group=matcher-orders'],
        pattern: /lag=\d{3,}/,
      },
    ],
    symptomLines: [],
  };
};
