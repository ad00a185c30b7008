import type { Dice } from '../../dice.js';
import { emitKubelet, emitPodEvent, emitSyslog } from '../kubernetes.js';
import { startUp } from '../rollout.js';
import type { World } from '../world.js';
import type { Fault, PlantedFault } from './fault.js';

const LASTS_MS = 240_000;
const PROBE_MS = 10_000;
const KILL_MS = 32_000;

/** The machine under user has no processor time left: its probes miss their deadline and the kubelet restarts it. */
export const cpuStarved: Fault = {
  reserved: ['user', 'front-end'],
  plant(world, dice, onset): PlantedFault {
    const { node } = world.cluster.pod('user');
    const end = onset + LASTS_MS;
    for (let at = onset; at < end; at += dice.between(24_000, 58_000))
      world.sim.schedule(at, (now) => {
        const pid = String(3000 + dice.below(20_000));
        const text = `watchdog: BUG: soft lockup - CPU#${String(dice.below(2))} stuck for ${String(21 + dice.below(3))}s! [kworker/u4:2:${pid}]`;
        emitSyslog(world, now, { node, program: 'kernel', text });
      });
    for (let at = onset + 12_000; at < end; at += KILL_MS + 20_000)
      world.sim.schedule(at, (now) => {
        failAndRestart(world, dice, now);
      });
    return { culprit: `node/${node.hostname}`, end, rootLines, symptomLines };
  },
};

const rootLines = [
  { name: 'soft lockup', logType: 'node/kernel', contains: ['BUG: soft lockup'] },
  {
    name: 'liveness failed',
    logType: 'k8s-events',
    contains: ['reason=Unhealthy', 'Liveness probe failed', 'name=user-'],
  },
] as const;

const symptomLines = [
  {
    name: 'restarted',
    logType: 'k8s-events',
    contains: ['reason=Killing', 'Container user failed liveness probe, will be restarted'],
  },
  {
    name: 'log in refused',
    logType: 'sock-shop/front-end',
    contains: ['Error with log in: Error: connect ECONNREFUSED'],
  },
] as const;

/** Three probes fail, the container is stopped and started again on the same pod. */
function failAndRestart(world: World, dice: Dice, at: number): void {
  const pod = world.cluster.pod('user');
  const output = `Get \\"http://${pod.ip}:80/health\\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
  for (let i = 0; i < 3; i++) {
    const time = at + i * PROBE_MS;
    emitPodEvent(world, dice, time, {
      pod,
      reason: 'Unhealthy',
      isWarning: true,
      count: i + 1,
      message: `Liveness probe failed: ${output.replaceAll('\\', '')}`,
    });
    emitKubelet(world, time + 20, {
      node: pod.node,
      level: 'I',
      file: 'prober.go:116',
      text: `"Probe failed" probeType="Liveness" pod="sock-shop/${pod.name}" podUID=${pod.uid} containerName="user" probeResult=failure output="${output}"`,
    });
  }
  world.sim.schedule(at + 2 * PROBE_MS + 100, (now) => {
    emitPodEvent(world, dice, now, {
      pod,
      reason: 'Killing',
      message: 'Container user failed liveness probe, will be restarted',
    });
    world.health.user = 'down';
    world.sim.schedule(startUp(world, dice, now + 8000, pod), () => {
      world.health.user = 'up';
    });
  });
}
