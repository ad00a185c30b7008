import type { EpochMillis } from '@culprit/kernel';
import type { Dice } from '../dice.js';
import type { Decoy } from '../scenario.js';
import type { DispatchChangeKind } from './dispatch-scenario.js';
import { klog, redis, spring, zap } from './formats.js';
import { setLink } from './health.js';
import { backUp, runJob } from './jobs.js';
import type { Platform } from './platform.js';
import { releasable, rollOut, scaleOut } from './releases.js';

const SECOND = 1000;
const MINUTE = 60_000;
const DEBUG_MS = 10 * MINUTE;

type Change = (platform: Platform, dice: Dice, at: number) => void;

/** The replica becomes the primary because somebody said so; clients reconnect within seconds. */
const failover: Change = (platform, dice, at) => {
  const [old, next] = platform.pods('redis');
  if (old === undefined || next === undefined) return;
  redis(platform, at, next, { process: '1:S', text: 'Discarding previously cached master state.' });
  redis(platform, at + 4, next, {
    text: `MASTER MODE enabled (user request from 'id=77 addr=10.8.0.${String(2 + dice.below(40))}:50122 cmd=replicaof')`,
  });
  redis(platform, at + 900, old, {
    process: '1:S',
    text: 'Before turning into a replica, using my own master parameters to synthesize a cached master.',
  });
  redis(platform, at + 950, old, { process: '1:S', text: `Connecting to MASTER ${next.ip}:6379` });
  redis(platform, at + 1300, old, { process: '1:S', text: 'MASTER <-> REPLICA sync: Finished with success' });
  platform.sim.schedule(at + 100, () => {
    setLink(platform.health, 'pricing>redis', { how: 'refused', share: 0.5 });
    platform.serve('redis', [next, old]);
  });
  platform.sim.schedule(at + 100 + dice.between(900, 2500), () => {
    setLink(platform.health, 'pricing>redis');
  });
};

const debugLevel: Change = (platform, _dice, at) => {
  const say = (time: number, from: string, to: string): void => {
    for (const pod of platform.pods('matcher'))
      zap(platform, time, pod, {
        caller: 'admin/level.go:29',
        msg: 'log level changed',
        fields: { from, to },
      });
  };
  platform.sim.schedule(at, (now) => {
    platform.health.matcherDebug = true;
    say(now, 'info', 'debug');
  });
  platform.sim.schedule(at + DEBUG_MS, (now) => {
    platform.health.matcherDebug = false;
    say(now, 'debug', 'info');
  });
};

const changeByKind: Readonly<Record<DispatchChangeKind, { readonly make: Change; readonly whyNot: string }>> =
  {
    rollout: {
      make: (platform, dice, at) => {
        platform.sim.schedule(at, (now) => {
          rollOut(platform, dice, now, dice.pick(releasable));
        });
      },
      whyNot: 'the new release works',
    },
    'scale-out': {
      make: (platform, dice, at) => {
        platform.sim.schedule(at, (now) => {
          scaleOut(platform, dice, now, { workload: 'gateway', added: 2 });
        });
      },
      whyNot: 'more pods for more orders',
    },
    failover: {
      make: (platform, dice, at) => {
        platform.sim.schedule(at, (now) => {
          failover(platform, dice, now);
        });
      },
      whyNot: 'planned, and over within seconds',
    },
    backup: {
      make: (platform, dice, at) => {
        platform.sim.schedule(at, (now) => {
          runJob(platform, dice, now, { name: 'db-backup', work: backUp });
        });
      },
      whyNot: 'a backup that somebody asked for beside those of every hour',
    },
    'debug-level': { make: debugLevel, whyNot: 'somebody reads along for ten minutes' },
  };

/** Makes a benign change at a time. */
export function makeChange(platform: Platform, dice: Dice, at: number, kind: DispatchChangeKind): Decoy {
  const { make, whyNot } = changeByKind[kind];
  make(platform, dice, at);
  return { at: Math.floor(at) as EpochMillis, description: kind, whyNot };
}

/** What happens on any day, in the learning time and after it: releases, flags, settings, certificates. */
export function planDailyLife(
  platform: Platform,
  { start, onset, end }: { readonly start: number; readonly onset: number; readonly end: number },
): readonly Decoy[] {
  const dice = platform.dice('daily life');
  const span = onset - start;
  const decoys = [
    makeChange(platform, dice, start + span * dice.between(0.15, 0.4), 'rollout'),
    makeChange(platform, dice, start + span * dice.between(0.5, 0.7), 'scale-out'),
    makeChange(platform, dice, onset - dice.between(11, 18) * MINUTE, 'rollout'),
  ];
  startFlags(platform);
  startSettings(platform);
  const renewed = start + (end - start) * dice.between(0.2, 0.95);
  platform.sim.schedule(renewed, (now) => {
    klog(platform, now, platform.pod('cert-manager', dice), {
      file: 'issuing_controller.go:334',
      text: '"certificate has been renewed" logger="cert-manager.controller" key="edge/api-parcelwing"',
    });
  });
  return [
    ...decoys,
    {
      at: Math.floor(renewed) as EpochMillis,
      description: 'certificate renewed',
      whyNot: 'in time, as every two months',
    },
  ].toSorted((a, b) => a.at - b.at);
}

function startFlags(platform: Platform): void {
  const dice = platform.dice('flags');
  platform.every(dice, 25 * MINUTE, (now) => {
    const flag = dice.pick(['courier-badge', 'tip-prompt', 'dark-map', 'promo-banner']);
    for (const pod of platform.pods('matcher'))
      zap(platform, now + dice.below(4) * SECOND, pod, {
        caller: 'flags/watch.go:52',
        msg: 'flag changed',
        fields: { flag, from: false, to: true, rollout: dice.below(101) },
      });
  });
}

function startSettings(platform: Platform): void {
  const dice = platform.dice('settings');
  let revision = 380 + dice.below(30);
  platform.every(dice, 35 * MINUTE, (now) => {
    revision += 1;
    for (const pod of platform.pods('orders'))
      spring(platform, now + dice.below(3) * SECOND, pod, {
        thread: 'config-watcher-1',
        logger: 'c.p.orders.config.RemoteSettings',
        text: `Revision ${String(revision)} applied: ${dice.pick(['support.phone', 'receipt.footer', 'promo.code-length'])} changed`,
      });
  });
}
