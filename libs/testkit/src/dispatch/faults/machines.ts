import { clusterEvent, containerd, endPod, kubelet, podEvent, startPod } from '../cluster.js';
import { python } from '../formats.js';
import { setLink } from '../health.js';
import type { Dice } from '../../dice.js';
import type { Machine, Platform, Pod } from '../platform.js';
import type { Plant } from './fault.js';
import { during, lastingOf, symptoms } from './fault.js';

const SECOND = 1000;

/** Time servers are lost and the clock of one machine jumps ahead: what it signs is not valid yet elsewhere. */
export const clockAdrift: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  const machine = dice.pick(platform.machines);
  const wrong = dice.between(35, 70);
  platform.journal(onset, machine, 'chronyd', "Can't synchronise: no selectable sources");
  const jump = onset + dice.between(40, 110) * SECOND;
  const breakLinks = (share: number): void => {
    setLink(platform.health, 'gateway>orders', { how: 'expired-token', share });
    setLink(platform.health, 'gateway>pricing', { how: 'expired-token', share: share / 2 });
  };
  platform.sim.schedule(jump, (now) => {
    platform.journal(now, machine, 'chronyd', 'Forward time jump detected!');
    machine.skewMillis = Math.round(wrong * SECOND);
    breakLinks(0.4);
  });
  platform.sim.schedule(end, (now) => {
    platform.journal(now, machine, 'chronyd', `System clock was stepped by -${wrong.toFixed(6)} seconds`);
    machine.skewMillis = 0;
    setLink(platform.health, 'gateway>orders');
    setLink(platform.health, 'gateway>pricing');
  });
  return {
    culprit: `node/${machine.name}`,
    end,
    rootLines: [
      { name: 'no sources', logType: 'chronyd', contains: ["Can't synchronise"] },
      { name: 'jump', logType: 'chronyd', contains: ['time jump detected'] },
    ],
    symptomLines: [
      { name: 'token', logType: 'dispatch/gateway', contains: ['jwt not active'] },
      { name: 'refused', logType: 'edge/envoy', contains: ['HTTP/2" 401'] },
    ],
  };
};

/** Millions of small files use up the inodes of a machine while its disk has room. */
export const inodesFull: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  const { machine } = platform.pod('location', dice);
  during(platform, dice, { start: onset, end, gapSeconds: [9, 12] }, (now) => {
    kubelet(platform, now, {
      machine,
      level: 'W',
      file: 'eviction_manager.go:358',
      text: '"Eviction manager: attempting to reclaim" resourceName="inodes"',
    });
  });
  platform.sim.schedule(onset + 2 * SECOND, (now) => {
    clusterEvent(platform, dice, now, {
      kind: 'Node',
      namespace: 'default',
      name: machine.name,
      reason: 'EvictionThresholdMet',
      isWarning: true,
      message: 'Attempting to reclaim inodes',
    });
  });
  platform.sim.schedule(onset + dice.between(20, 60) * SECOND, () => {
    setLink(platform.health, 'location>kafka', { how: 'no-space', share: 0.5 });
  });
  const evicting = { start: onset + dice.between(30, 80) * SECOND, end, gapSeconds: [40, 90] } as const;
  during(platform, dice, evicting, (now) => {
    evict(platform, dice, now, machine);
  });
  platform.sim.schedule(end, () => {
    setLink(platform.health, 'location>kafka');
  });
  return {
    culprit: `node/${machine.name}`,
    end,
    rootLines: [
      { name: 'eviction', logType: 'kubelet', contains: ['attempting to reclaim', 'inodes'] },
      { name: 'threshold', logType: 'k8s-events', contains: ['Attempting to reclaim inodes'] },
    ],
    symptomLines: [
      {
        name: 'batch lost',
        logType: 'dispatch/location',
        contains: ['batch lost', 'no space left on device'],
      },
      { name: 'sandbox', logType: 'containerd', contains: ['no space left on device'] },
      { name: 'evicted', logType: 'k8s-events', contains: ['The node was low on resource: inodes'] },
    ],
  };
};

function evict(platform: Platform, dice: Dice, at: number, machine: Machine): void {
  containerd(platform, at, {
    machine,
    level: 'error',
    text: `RunPodSandbox for &PodSandboxMetadata{Name:payout-batch-${dice.suffix(5)},Namespace:dispatch,Attempt:0,} failed, error: mkdir /run/containerd/io.containerd.grpc.v1.cri/sandboxes/${dice.hex(64)}: no space left on device`,
  });
  podEvent(platform, dice, at + 300, {
    pod: platform.pod('pricing', dice),
    reason: 'Evicted',
    isWarning: true,
    message: 'The node was low on resource: inodes. Threshold quantity: 655360, available: 0.',
  });
}

/** A large training lands beside pricing and takes its processors. */
export const noisyNeighbour: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  const pod = platform.createPod({
    workload: 'heatmap-train',
    namespace: 'research',
    name: `heatmap-train-${dice.suffix(5)}`,
    image: 'registry.parcelwing.example/heatmap-train:0.9.0-rc2',
    machine: platform.pod('pricing', dice).machine,
  });
  train(platform, dice, { pod, onset, end });
  platform.sim.schedule(onset + dice.between(60, 150) * SECOND, () => {
    platform.health.slow.set('price', dice.between(14, 22));
  });
  platform.sim.schedule(end, (now) => {
    endPod(platform, dice, now + 300, pod);
    platform.health.slow.delete('price');
  });
  return {
    culprit: 'heatmap-train',
    end,
    rootLines: [
      { name: 'training', logType: 'research/heatmap-train', contains: ['heatmap.train'] },
      {
        name: 'scheduled',
        logType: 'k8s-events',
        contains: ['Successfully assigned research/heatmap-train'],
      },
      { name: 'started', logType: 'k8s-events', contains: ['container heatmap-train'] },
    ],
    symptomLines: [
      symptoms.slowQuotes,
      {
        name: 'slow requests',
        logType: 'dispatch/gateway',
        contains: ['"url":"/v1/quotes"'],
        pattern: /"responseTime":(?:1[4-9]\d|[2-9]\d\d|\d{4})/,
      },
    ],
  };
};

function train(
  platform: Platform,
  dice: Dice,
  { pod, onset, end }: { readonly pod: Pod; readonly onset: number; readonly end: number },
): void {
  const say = (at: number, text: string): void => {
    python(platform, at, pod, { logger: 'heatmap.train', text });
  };
  platform.sim.schedule(onset, (now) => {
    say(startPod(platform, dice, now, pod) + 900, 'loading 41 million positions with 64 workers');
  });
  let step = 0;
  during(platform, dice, { start: onset + 40 * SECOND, end, gapSeconds: [20, 24] }, (now) => {
    step += 1;
    say(now, `step ${String(step)} loss ${(2.1 / Math.sqrt(step)).toFixed(4)}`);
  });
}
