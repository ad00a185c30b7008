import type { Dice } from '../dice.js';
import type { Pod } from './cluster.js';
import type { World } from './world.js';

/** The standing chatter of what keeps the cluster itself going. */
export function startKubeSystem(world: World): void {
  startAwsNode(world);
  startKubeProxy(world);
  startCoreDns(world);
  startMetricsServer(world);
  startAutoscaler(world);
  startControllers(world);
  startCollectors(world);
  startProbes(world);
}

/** Repeats a task at about an interval, each run up to a tenth early or late. */
export function every(world: World, dice: Dice, interval: number, task: (at: number) => void): void {
  world.sim.repeat(world.sim.now + dice.between(0, interval), () => interval * dice.between(0.9, 1.1), task);
}

function startAwsNode(world: World): void {
  const dice = world.dice('aws-node');
  for (const pod of world.cluster.pods('aws-node')) {
    every(world, dice, 5000, (at) => {
      const used = 6 + dice.below(4);
      const say = (caller: string, message: string): void => {
        world.sim.emit(
          at,
          pod.source,
          `{"level":"debug","ts":"${world.text.isoMillis(at)}","caller":"${caller}","msg":"${message}"}`,
        );
      };
      say('ipamd/ipamd.go:606', `IP pool stats: total = 15, used = ${String(used)}, c.maxIPsPerENI = 10`);
      say(
        'ipamd/ipamd.go:612',
        `IP pool is NOT too low: available (${String(15 - used)}) >= ENI target (1) * addrsPerENI (10)`,
      );
    });
    every(world, dice, 60_000, (at) => {
      world.sim.emit(
        at,
        pod.source,
        `{"level":"debug","ts":"${world.text.isoMillis(at)}","caller":"ipamd/ipamd.go:869","msg":"Reconcile existing ENI eni-0${dice.hex(16)} IP pool"}`,
      );
    });
  }
}

function startKubeProxy(world: World): void {
  const dice = world.dice('kube-proxy');
  for (const pod of world.cluster.pods('kube-proxy')) {
    every(world, dice, 30_000, (at) => {
      emitKlog(world, at, pod, 'I', 'proxier.go:854', '"Syncing iptables rules"');
      emitKlog(
        world,
        at + 40,
        pod,
        'I',
        'proxier.go:824',
        `"SyncProxyRules complete" elapsed="${dice.between(30, 60).toFixed(6)}ms"`,
      );
    });
  }
}

const NAMES = [
  'carts',
  'catalogue',
  'orders',
  'payment',
  'shipping',
  'user',
  'carts-db',
  'orders-db',
  'user-db',
  'catalogue-db',
  'rabbitmq',
] as const;

function startCoreDns(world: World): void {
  const { sim, cluster, health } = world;
  const dice = world.dice('coredns');
  sim.repeat(
    sim.now + 50,
    () => dice.gap(1000 / (28 * world.load)),
    (at) => {
      if (health.dns !== 'up') return;
      const pod = cluster.pod('coredns', dice);
      const client = `10.0.${String(1 + dice.below(3))}.${String(10 + dice.below(240))}:${String(32_768 + dice.below(28_000))}`;
      const name = dice.pick(NAMES);
      const query = `[INFO] ${client} - ${String(dice.below(65_536))} "${dice.pick(['A', 'AAAA'])} IN ${name}`;
      const took = (dice.between(70, 400) / 1_000_000).toFixed(9);
      // The search list of a pod makes three questions that fail for one that is answered.
      if (dice.chance(0.3))
        sim.emit(
          at,
          pod.source,
          `${query}.sock-shop.svc.cluster.local.svc.cluster.local. udp 63 false 512" NXDOMAIN qr,aa,rd 156 ${took}s`,
        );
      sim.emit(
        at + 1,
        pod.source,
        `${query}.sock-shop.svc.cluster.local. udp ${String(45 + name.length)} false 512" NOERROR qr,aa,rd ${String(100 + name.length)} ${took}s`,
      );
    },
  );
}

function startMetricsServer(world: World): void {
  const dice = world.dice('metrics-server');
  const { cluster } = world;
  // A scrape that misses its deadline now and then: a permanent error that nobody repairs.
  every(world, dice, 420_000, (at) => {
    const node = dice.pick(cluster.nodes);
    const address = node.hostname.slice(3).replaceAll('-', '.');
    emitKlog(
      world,
      at,
      cluster.pod('metrics-server'),
      'E',
      'scraper.go:139',
      `"Failed to scrape node" err="Get \\"https://${address}:10250/stats/summary?only_cpu_and_memory=true\\": context deadline exceeded" node="${node.name}"`,
    );
  });
}

function startAutoscaler(world: World): void {
  const dice = world.dice('cluster-autoscaler');
  const { cluster } = world;
  every(world, dice, 10_000, (at) => {
    const pod = cluster.pod('cluster-autoscaler');
    emitKlog(world, at, pod, 'I', 'static_autoscaler.go:229', 'Starting main loop');
    emitKlog(world, at + 6, pod, 'I', 'filter_out_schedulable.go:65', 'Filtering out schedulables');
    emitKlog(world, at + 7, pod, 'I', 'static_autoscaler.go:402', 'No unschedulable pods');
    emitKlog(world, at + 8, pod, 'I', 'static_autoscaler.go:449', 'Calculating unneeded nodes');
    for (const node of cluster.nodes) {
      emitKlog(
        world,
        at + 9,
        pod,
        'I',
        'scale_down.go:448',
        `Node ${node.name} - cpu utilization 0.${String(51 + dice.below(40))}`,
      );
    }
    emitKlog(
      world,
      at + 10,
      pod,
      'I',
      'static_autoscaler.go:503',
      `Scale down status: unneededOnly=false lastScaleUpTime=${world.text.isoSeconds(at - 9_000_000)} scaleDownInCooldown=false`,
    );
  });
}

function startControllers(world: World): void {
  const dice = world.dice('controllers');
  const { sim, cluster } = world;
  const epoch = (at: number): string =>
    `${String(Math.floor(at / 1000))}.${String(Math.floor(at) % 1000).padStart(3, '0')}${String(dice.below(10_000)).padStart(4, '0')}`;
  every(world, dice, 300_000, (at) => {
    const { source } = cluster.pod('aws-load-balancer-controller');
    sim.emit(
      at,
      source,
      `{"level":"info","ts":${epoch(at)},"logger":"controllers.ingress","msg":"successfully built model","model":"{\\"id\\":\\"sock-shop/front-end\\",\\"resources\\":{}}"}`,
    );
    sim.emit(
      at + 210,
      source,
      `{"level":"info","ts":${epoch(at + 210)},"logger":"controllers.ingress","msg":"successfully deployed model","ingressGroup":"sock-shop/front-end"}`,
    );
  });
  every(world, dice, 60_000, (at) => {
    sim.emit(
      at,
      cluster.pod('external-secrets').source,
      `{"level":"info","ts":${epoch(at)},"logger":"controllers.ExternalSecret","msg":"reconciled secret","ExternalSecret":{"name":"catalogue-db-credentials","namespace":"sock-shop"}}`,
    );
  });
}

function startCollectors(world: World): void {
  const dice = world.dice('fluent-bit');
  const { sim, text, cluster } = world;
  for (const pod of cluster.pods('fluent-bit')) {
    every(world, dice, 45_000, (at) => {
      sim.emit(
        at,
        pod.source,
        `[${text.slashes(at)}] [ info] [input:tail:tail.0] inotify_fs_add(): inode=${String(1_000_000 + dice.below(9_000_000))} watch_fd=${String(20 + dice.below(300))} name=/var/log/containers/${dice.pick(NAMES)}-${dice.hex(10)}-${dice.suffix(5)}_sock-shop.log`,
      );
    });
    every(world, dice, 240_000, (at) => {
      const chunk = `1-${String(Math.floor(at / 1000))}.${String(dice.below(1_000_000_000))}.flb`;
      sim.emit(
        at,
        pod.source,
        `[${text.slashes(at)}] [ warn] [engine] failed to flush chunk '${chunk}', retry in ${String(6 + dice.below(6))} seconds: task_id=${String(dice.below(40))}, input=tail.0 > output=http.0 (out_id=0)`,
      );
      sim.emit(
        at + 8000,
        pod.source,
        `[${text.slashes(at + 8000)}] [ info] [engine] flush chunk '${chunk}' succeeded at retry 1: task_id=${String(dice.below(40))}, input=tail.0 > output=http.0 (out_id=0)`,
      );
    });
  }
}

/** Liveness and readiness probes: a flood of health lines that dominates quiet periods. */
function startProbes(world: World): void {
  const dice = world.dice('probes');
  const { sim, cluster, health } = world;
  const callers = [
    ['catalogue', 'logging.go:81', 2],
    ['payment', 'logging.go:36', 1],
    ['user', 'middlewares.go:153', 2],
  ] as const;
  for (const [service, caller, result] of callers) {
    every(world, dice, 1500, (at) => {
      if (service === 'user' && health.user === 'down') return;
      const stamp = world.text.isoMillis(at, `${String(dice.below(1_000_000)).padStart(6, '0')}Z`);
      sim.emit(
        at,
        cluster.pod(service).source,
        `ts=${stamp} caller=${caller} method=Health result=${String(result)} took=${dice.between(12, 90).toFixed(3)}µs`,
      );
    });
  }
  every(world, dice, 1500, (at) => {
    sim.emit(
      at,
      cluster.pod('front-end').source,
      `\u001b[0mGET / \u001b[32m200 \u001b[0m${dice.between(0.7, 2).toFixed(3)} ms - 8688\u001b[0m`,
    );
  });
}

/** Writes a klog line of a container. */
export function emitKlog(
  world: World,
  at: number,
  pod: Pod,
  level: 'I' | 'W' | 'E',
  file: string,
  text: string,
): void {
  world.sim.emit(
    at,
    pod.source,
    `${level}${world.text.klog(at, Math.floor(at) % 997)}       1 ${file}] ${text}`,
  );
}
