import { clusterEvent, kubelet } from './cluster.js';
import { klog, slog, zap } from './formats.js';
import type { Machine, Platform, Pod } from './platform.js';

const SECOND = 1000;
const MINUTE = 60_000;

/** What machines and the parts of Kubernetes write by themselves, day in, day out. */
export function startClusterChatter(platform: Platform): void {
  for (const machine of platform.machines) startMachine(platform, machine);
  for (const pod of platform.pods('etcd')) startEtcd(platform, pod);
  startNames(platform);
  startControllers(platform);
  startLagExporter(platform);
  startRebalances(platform);
}

function startMachine(platform: Platform, machine: Machine): void {
  const dice = platform.dice(`machine/${machine.name}`);
  platform.tick(dice, MINUTE, (now) => {
    platform.journal(
      now,
      machine,
      'systemd',
      'Starting sysstat-collect.service - system activity accounting tool...',
    );
    platform.journal(now + 400, machine, 'systemd', 'sysstat-collect.service: Deactivated successfully.');
  });
  platform.tick(dice, 5 * MINUTE, (now) => {
    kubelet(platform, now, {
      machine,
      file: 'image_gc_manager.go:310',
      text: `"Disk usage on image filesystem" usage=${String(41 + dice.below(9))} highThreshold=85 lowThreshold=80`,
    });
  });
  platform.every(dice, 6 * MINUTE, (now) => {
    const pod = platform.pod('pricing', dice);
    kubelet(platform, now, {
      machine,
      file: 'prober.go:107',
      text: `"Probe failed" probeType="Readiness" pod="dispatch/${pod.name}" podUID="${pod.uid}" containerName="pricing" probeResult="failure" output="HTTP probe failed: context deadline exceeded"`,
    });
  });
  startDaemons(platform, machine);
}

function startDaemons(platform: Platform, machine: Machine): void {
  const dice = platform.dice(`daemons/${machine.name}`);
  platform.tick(dice, 30 * MINUTE, (now) => {
    platform.journal(
      now,
      machine,
      'ansible-pull',
      `Starting Ansible Pull at ${platform.time.spring(now).slice(0, 19)}`,
    );
    platform.journal(
      now + 41_000,
      machine,
      'ansible-pull',
      `${machine.name} : ok=41 changed=0 unreachable=0 failed=0 skipped=12 rescued=0 ignored=0`,
    );
  });
  platform.tick(dice, 17 * MINUTE, (now) => {
    platform.journal(
      now,
      machine,
      'chronyd',
      `Selected source 10.0.0.${String(2 + dice.below(3))} (time${String(1 + dice.below(3))}.parcelwing.example)`,
    );
  });
  platform.every(dice, 20 * MINUTE, (now) => {
    platform.journal(
      now,
      machine,
      'sshd',
      `Accepted publickey for ops from 10.8.0.${String(2 + dice.below(40))} port ${String(40_000 + dice.below(20_000))} ssh2: ED25519 SHA256:${dice.hex(43)}`,
    );
  });
  platform.every(dice, 35 * MINUTE, (now) => {
    platform.journal(
      now,
      machine,
      'kernel',
      `TCP: request_sock_TCP: Possible SYN flooding on port ${dice.pick(['3000', '8080', '7070'])}. Sending cookies.`,
    );
  });
}

function startEtcd(platform: Platform, pod: Pod): void {
  const dice = platform.dice(`etcd/${pod.name}`);
  platform.tick(dice, 5 * MINUTE, (now) => {
    const revision = 48_000_000 + (Math.floor(now / SECOND) % 1_000_000);
    zap(platform, now, pod, {
      caller: 'mvcc/kvstore_compaction.go:68',
      msg: 'finished scheduled compaction',
      fields: { 'compact-revision': revision, took: `${dice.between(20, 70).toFixed(3)}ms` },
    });
  });
  platform.every(dice, 6 * MINUTE, (now) => {
    zap(platform, now, pod, {
      level: 'WARN',
      caller: 'etcdserver/util.go:170',
      msg: 'apply request took too long',
      fields: {
        took: `${dice.between(100, 260).toFixed(3)}ms`,
        'expected-duration': '100ms',
        prefix: 'read-only range ',
        request: 'key:"/registry/pods/" range_end:"/registry/pods0" ',
      },
    });
  });
}

function startNames(platform: Platform): void {
  const dice = platform.dice('coredns');
  platform.every(dice, 25 * SECOND, (now) => {
    const pod = platform.pod('coredns', dice);
    const name = dice.pick([
      'grafana.ops',
      'wpad',
      'metadata.google.internal',
      'redis.data.svc.cluster.local.ops',
    ]);
    platform.write(
      now,
      pod,
      `[INFO] 10.244.${String(dice.below(4))}.${String(4 + dice.below(200))}:${String(40_000 + dice.below(20_000))} - ${String(dice.below(65_000))} "A IN ${name}. udp 48 false 512" NXDOMAIN qr,aa,rd 141 ${dice.between(0.0001, 0.002).toFixed(9)}s`,
    );
  });
  platform.every(dice, 30 * MINUTE, (now) => {
    platform.write(
      now,
      platform.pod('coredns', dice),
      `[ERROR] plugin/errors: 2 ${dice.pick(['push.mobile.example', 'routes.maps.example'])}. AAAA: read udp 10.244.0.9:${String(40_000 + dice.below(20_000))}->10.0.0.2:53: i/o timeout`,
    );
  });
}

function startControllers(platform: Platform): void {
  const dice = platform.dice('controllers');
  platform.every(dice, 4 * MINUTE, (now) => {
    const pod = platform.pod('controller-manager', dice);
    klog(platform, now, pod, {
      file: 'garbagecollector.go:549',
      text: `"Processing item" item="[batch/v1/Job, namespace: dispatch, name: payout-batch-${String(29_000_000 + (Math.floor(now / MINUTE) % 100_000))}, uid: ${dice.uuid()}]" virtual=false`,
    });
  });
  platform.every(dice, 13 * MINUTE, (now) => {
    const pod = platform.pod('controller-manager', dice);
    klog(platform, now, pod, {
      level: 'W',
      file: 'reflector.go:456',
      text: `k8s.io/client-go/informers/factory.go:150: watch of *v1.ConfigMap ended with: an error on the server ("unable to decode an event from the watch stream: http2: client connection lost") has prevented the request from succeeding`,
    });
  });
  platform.every(dice, 22 * MINUTE, (now) => {
    const name = dice.pick(['edge/api-parcelwing', 'dispatch/orders-tls', 'data/kafka-tls']);
    klog(platform, now, platform.pod('cert-manager', dice), {
      file: 'readiness_controller.go:178',
      text: `"re-queuing item due to optimistic locking on resource" logger="cert-manager.controller" key="${name}" error="Operation cannot be fulfilled on certificates.cert-manager.io"`,
    });
  });
  startProbes(platform);
}

function startProbes(platform: Platform): void {
  const dice = platform.dice('probes');
  platform.every(dice, 18 * MINUTE, (now) => {
    const pod = platform.pod('pricing', dice);
    clusterEvent(platform, dice, now, {
      kind: 'Pod',
      namespace: 'dispatch',
      name: pod.name,
      uid: pod.uid,
      reason: 'Unhealthy',
      isWarning: true,
      message: 'Readiness probe failed: Get "http://10.244.1.8:8000/healthz": context deadline exceeded',
    });
  });
}

function startLagExporter(platform: Platform): void {
  const dice = platform.dice('lag');
  const groups = ['matcher-orders', 'orders-assigned', 'audit'] as const;
  let behind = 0;
  platform.tick(dice, 30 * SECOND, (now) => {
    const { lagGrowth } = platform.health;
    behind = lagGrowth > 0 ? behind + lagGrowth / 2 : 0;
    for (const group of groups) {
      const lag = dice.below(30) + (group === 'matcher-orders' ? Math.round(behind) : 0);
      slog(platform, now + dice.below(300), platform.pod('lag-exporter', dice), {
        msg: 'group offsets read',
        pairs: `group=${group} topic=${group === 'matcher-orders' ? 'orders.placed' : 'orders.assigned'} partitions=12 lag=${String(lag)}`,
      });
    }
  });
}

/** Consumers of the matchers change places now and then. */
function startRebalances(platform: Platform): void {
  const dice = platform.dice('rebalances');
  platform.every(dice, 40 * MINUTE, (now) => {
    const partitions = dice.pick(['0,1,2', '3,4,5', '6,7,8', '9,10,11']);
    for (const [msg, caller, wait] of [
      ['partitions revoked', 'stream/consumer.go:214', 0],
      ['partitions assigned', 'stream/consumer.go:188', 2900],
    ] as const)
      zap(platform, now + wait, platform.pod('matcher', dice), {
        caller,
        msg,
        fields: { topic: 'orders.placed', partitions },
      });
  });
}
