import type { Dice } from '../dice.js';
import { clusterEvent, startPod, stopPod } from './cluster.js';
import { celery, pino, slog, spring, zap } from './formats.js';
import type { Platform, Pod, Workload } from './platform.js';

/** What a service of the company can be released and scaled as. */
export const releasable = [
  'gateway',
  'orders',
  'matcher',
  'location',
  'pricing',
  'notifier',
] as const satisfies readonly Workload[];

const READY_MS = 9000;

/** Replaces the pods of a workload one by one with those of a new release that works. */
export function rollOut(platform: Platform, dice: Dice, at: number, workload: Workload): void {
  const hash = dice.suffix(10);
  const image = `${platform.imageOf(workload).replace(/\.\d+$/, '')}.${String(20 + dice.below(60))}`;
  scaled(platform, dice, at, { workload, what: `Scaled up replica set ${workload}-${hash} to 1` });
  let time = at + 200;
  for (const [index, old] of platform.pods(workload).entries()) {
    platform.sim.schedule(time, (now) => {
      const pod = platform.createReplica(workload, { index, image, hash });
      const running = startPod(platform, dice, now, pod);
      greet(platform, running + 500, pod);
      platform.sim.schedule(running + READY_MS, (then) => {
        platform.serve(
          workload,
          platform.pods(workload).map((one) => (one === old ? pod : one)),
        );
        stopPod(platform, dice, then + 300, old);
      });
    });
    time += READY_MS + dice.between(4000, 12_000);
  }
}

/** Adds pods to a workload because it is busy. */
export function scaleOut(
  platform: Platform,
  dice: Dice,
  at: number,
  scaling: { readonly workload: Workload; readonly added: number },
): void {
  const { workload, added } = scaling;
  const size = platform.pods(workload).length + added;
  clusterEvent(platform, dice, at, {
    kind: 'HorizontalPodAutoscaler',
    namespace: 'dispatch',
    name: workload,
    reason: 'SuccessfulRescale',
    component: 'horizontal-pod-autoscaler',
    message: `New size: ${String(size)}; reason: cpu resource utilization (percentage of request) above target`,
  });
  scaled(platform, dice, at + 40, { workload, what: `Scaled up replica set ${workload} to ${String(size)}` });
  for (let index = 0; index < added; index++) {
    platform.sim.schedule(at + 400 + index * 150, (now) => {
      const pod = platform.createReplica(workload, { index });
      const running = startPod(platform, dice, now, pod);
      greet(platform, running + 500, pod);
      platform.sim.schedule(running + READY_MS, () => {
        platform.serve(workload, [...platform.pods(workload), pod]);
      });
    });
  }
}

function scaled(
  platform: Platform,
  dice: Dice,
  at: number,
  { workload, what }: { readonly workload: string; readonly what: string },
): void {
  clusterEvent(platform, dice, at, {
    kind: 'Deployment',
    namespace: 'dispatch',
    name: workload,
    reason: 'ScalingReplicaSet',
    component: 'deployment-controller',
    message: what,
  });
}

/** What a service writes when it starts. */
export function greet(platform: Platform, at: number, pod: Pod): void {
  switch (pod.workload) {
    case 'gateway':
    case 'notifier':
      pino(platform, at - 200, pod, {
        msg: 'http agent configured',
        fields: { keepAlive: true, maxSockets: 256 },
      });
      pino(platform, at, pod, { msg: 'server listening', fields: { address: `http://${pod.ip}:3000` } });
      return;
    case 'orders':
      spring(platform, at, pod, {
        thread: 'main',
        logger: 'c.p.orders.OrdersApplication',
        text: `Starting OrdersApplication using Java 21.0.2 with PID 1 (/app/orders.jar started by app in /app)`,
      });
      spring(platform, at + 4100, pod, {
        thread: 'main',
        logger: 'com.zaxxer.hikari.HikariDataSource',
        text: 'orders-pool - Start completed.',
      });
      spring(platform, at + 7200, pod, {
        thread: 'main',
        logger: 'c.p.orders.OrdersApplication',
        text: 'Started OrdersApplication in 7.114 seconds (process running for 7.9)',
      });
      return;
    case 'pricing':
      for (const text of ['Started server process [1]', 'Waiting for application startup.'])
        platform.write(at, pod, `INFO:     ${text}`);
      platform.write(at + 900, pod, 'INFO:     Application startup complete.');
      return;
    case 'location':
      slog(platform, at, pod, { msg: 'listening', pairs: `addr=${pod.ip}:7070 version=${pod.image}` });
      return;
    case 'payouts':
      celery(platform, at, pod, { process: 'MainProcess', text: `celery@${pod.name} ready.` });
      return;
    default:
      zap(platform, at, pod, { caller: 'main.go:61', msg: 'starting', fields: { version: pod.image } });
  }
}
