import type { Dice } from '../../dice.js';
import { monitorTrace, springText } from '../java.js';
import { emitPodEvent } from '../kubernetes.js';
import { emitBlock, type World } from '../world.js';
import type { Fault, PlantedFault } from './fault.js';

const LASTS_MS = 150_000;

/** The cluster's name servers lose the API server and their upstream: names stop resolving everywhere at once. */
export const dnsFailure: Fault = {
  reserved: ['carts', 'orders', 'catalogue', 'front-end', 'user'],
  plant(world, dice, onset): PlantedFault {
    world.sim.schedule(onset, (now) => {
      loseApiServer(world, dice, now);
    });
    world.sim.schedule(onset + 6000, () => {
      world.health.dns = 'timing-out';
    });
    world.sim.schedule(onset + 8000, (now) => {
      spread(world, dice, now);
    });
    world.sim.schedule(onset + LASTS_MS, () => {
      world.health.dns = 'up';
    });
    return { culprit: 'kube-system/coredns', end: onset + LASTS_MS, rootLines, symptomLines };
  },
};

const rootLines = [
  { name: 'watch failed', logType: 'kube-system/coredns', contains: ['Failed to watch', '10.100.0.1:443'] },
  {
    name: 'upstream timeout',
    logType: 'kube-system/coredns',
    contains: ['[ERROR] plugin/errors: 2', 'i/o timeout'],
  },
  { name: 'probe', logType: 'k8s-events', contains: ['reason=Unhealthy', 'name=coredns', 'probe failed'] },
] as const;

const symptomLines = [
  {
    name: 'catalogue lookup',
    logType: 'sock-shop/catalogue',
    contains: ['lookup catalogue-db on 10.100.0.10:53'],
  },
  { name: 'front-end lookup', logType: 'sock-shop/front-end', contains: ['getaddrinfo EAI_AGAIN'] },
  { name: 'carts lookup', logType: 'sock-shop/carts', contains: ['java.net.UnknownHostException: carts-db'] },
] as const;

function loseApiServer(world: World, dice: Dice, at: number): void {
  for (const pod of world.cluster.pods('coredns')) {
    const start = at + dice.between(0, 1500);
    world.sim.emit(start + 9000, pod.source, '[INFO] plugin/ready: Still waiting on: "kubernetes"');
    for (let time = start; time < at + LASTS_MS; time += dice.between(8000, 16_000)) {
      for (const kind of ['Endpoints', 'Service', 'Namespace']) {
        const text = `pkg/mod/k8s.io/client-go@v0.20.2/tools/cache/reflector.go:167: Failed to watch *v1.${kind}: failed to list *v1.${kind}: Get "https://10.100.0.1:443/api/v1/${kind.toLowerCase()}?resourceVersion=${String(9_000_000 + dice.below(90_000))}": dial tcp 10.100.0.1:443: i/o timeout`;
        world.sim.emit(
          time,
          pod.source,
          `E${world.text.klog(time, dice.below(1000))}       1 reflector.go:138] ${text}`,
        );
      }
    }
    for (let time = start + 4000; time < at + LASTS_MS; time += dice.between(150, 1100)) {
      const name = dice.pick([
        'sts.us-east-1.amazonaws.com.',
        'carts-db.sock-shop.svc.cluster.local.',
        'user.sock-shop.svc.cluster.local.',
        'zipkin.',
      ]);
      world.sim.emit(
        time,
        pod.source,
        `[ERROR] plugin/errors: 2 ${name} ${dice.pick(['A', 'AAAA'])}: read udp ${pod.ip}:${String(32_768 + dice.below(28_000))}->172.41.0.2:53: i/o timeout`,
      );
    }
    for (const offset of [14_000, 34_000, 64_000]) {
      emitPodEvent(world, dice, start + offset, {
        pod,
        reason: 'Unhealthy',
        isWarning: true,
        message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
      });
    }
  }
}

function spread(world: World, dice: Dice, at: number): void {
  const targets = [
    ['carts', 'carts-db'],
    ['orders', 'orders-db'],
  ] as const;
  for (const [service, database] of targets) {
    const trace = monitorTrace(
      `com.mongodb.MongoSocketException: ${database}: Temporary failure in name resolution`,
      `java.net.UnknownHostException: ${database}: Temporary failure in name resolution`,
    );
    for (
      let time = at + dice.between(0, 6000);
      time < at + LASTS_MS - 10_000;
      time += 10_000 + dice.between(0, 900)
    ) {
      const text = springText(world, {
        at: time,
        level: 'INFO',
        service,
        thread: `cluster-ClusterId-${database}:27017`,
        logger: 'org.mongodb.driver.cluster',
        message: `Exception in monitor thread while connecting to server ${database}:27017`,
      });
      emitBlock(world, time, world.cluster.pod(service), [text, ...trace]);
    }
  }
}
