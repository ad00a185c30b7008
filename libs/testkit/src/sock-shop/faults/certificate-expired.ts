import type { Dice } from '../../dice.js';
import { emitEvent, startPod, stopPod } from '../kubernetes.js';
import { startUp } from '../rollout.js';
import type { World } from '../world.js';
import type { Fault, PlantedFault } from './fault.js';

const LASTS_MS = 280_000;
const RECREATED_MS = 45_000;

/**
 * The certificate of the admission webhook ends, and no pod can be made any more. Nobody notices until payment is
 * restarted and does not come back.
 */
export const certificateExpired: Fault = {
  reserved: ['payment', 'orders', 'front-end', 'shipping', 'carts', 'catalogue', 'user'],
  plant(world, dice, onset): PlantedFault {
    const end = onset + LASTS_MS;
    world.sim.schedule(onset, (now) => {
      shakeHands(world, dice, { now, end });
    });
    world.sim.schedule(onset + RECREATED_MS, (now) => {
      stopPod(world, dice, now, world.cluster.pod('payment'));
      world.health.payment = 'refused';
      for (let at = now + 120, gap = 400; at < end; at += gap, gap = Math.min(gap * 2, 60_000))
        refuseCreation(world, dice, at, onset);
    });
    world.sim.schedule(end, (now) => {
      const pod = world.cluster.createReplica('payment');
      const readyAt = startUp(world, dice, startPod(world, dice, now, { pod, pullMillis: 0 }), pod);
      world.sim.schedule(readyAt, () => {
        world.cluster.serve('payment', [pod]);
        world.health.payment = 'up';
      });
    });
    return {
      culprit: 'kube-system/aws-load-balancer-controller',
      end: end + 4000,
      rootLines,
      symptomLines,
    };
  },
};

const rootLines = [
  {
    name: 'handshake fails',
    logType: 'kube-system/aws-load-balancer-controller',
    contains: ['http: TLS handshake error', 'remote error: tls: bad certificate'],
  },
  {
    name: 'webhook refused',
    logType: 'k8s-events',
    contains: ['reason=FailedCreate', 'x509: certificate has expired or is not yet valid'],
  },
] as const;

const symptomLines = [
  {
    name: 'orders cut off',
    logType: 'sock-shop/orders',
    contains: ['java.lang.IllegalStateException: Unable to create order due to unspecified IO error'],
  },
  {
    name: 'front-end 500',
    logType: 'sock-shop/front-end',
    contains: ['Order response:', '"status":500', 'unspecified IO error'],
  },
] as const;

function shakeHands(world: World, dice: Dice, { now, end }: { now: number; end: number }): void {
  for (let at = now; at < end; at += dice.between(7000, 26_000)) {
    const from = `172.41.${String(16 + dice.below(30))}.${String(10 + dice.below(200))}:${String(32_768 + dice.below(28_000))}`;
    world.sim.emit(
      at,
      world.cluster.pod('aws-load-balancer-controller').source,
      `${world.text.slashes(at)} http: TLS handshake error from ${from}: remote error: tls: bad certificate`,
    );
  }
}

function refuseCreation(world: World, dice: Dice, at: number, expiredAt: number): void {
  const { text } = world;
  emitEvent(world, dice, at, {
    kind: 'ReplicaSet',
    namespace: 'sock-shop',
    name: world.cluster.replicaSet('payment'),
    reason: 'FailedCreate',
    isWarning: true,
    message: `Error creating: Internal error occurred: failed calling webhook "mpod.elbv2.k8s.aws": Post "https://aws-load-balancer-webhook-service.kube-system.svc:443/mutate-v1-pod?timeout=30s": x509: certificate has expired or is not yet valid: current time ${text.isoSeconds(at)} is after ${text.isoSeconds(expiredAt)}`,
  });
}
