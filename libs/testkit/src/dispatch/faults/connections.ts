import { klog, kafka, pino, slog, spring } from '../formats.js';
import { setLink } from '../health.js';
import type { Platform } from '../platform.js';
import type { Plant } from './fault.js';
import { during, lastingOf, symptoms } from './fault.js';

const SECOND = 1000;
const MINUTE = 60_000;

/** A code path that forgets to give connections back: warnings first, then there are none left to give. */
export const poolLeaked: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  during(platform, dice, { start: onset, end, gapSeconds: [15, 50] }, (now) => {
    spring(platform, now, platform.pod('orders', dice), {
      level: 'WARN',
      thread: 'orders-pool:housekeeper',
      logger: 'com.zaxxer.hikari.pool.ProxyLeakTask',
      text: `Connection leak detection triggered for org.postgresql.jdbc.PgConnection@${dice.hex(8)} on thread nio-8080-exec-${String(1 + dice.below(20))}, stack trace follows\n\njava.lang.Exception: Apparent connection leak detected\n\tat com.zaxxer.hikari.HikariDataSource.getConnection(HikariDataSource.java:128)\n\tat com.parcelwing.orders.export.ReceiptExport.stream(ReceiptExport.java:63)\n\tat java.base/java.lang.Thread.run(Thread.java:1583)`,
    });
  });
  platform.sim.schedule(onset + dice.between(80, 180) * SECOND, () => {
    setLink(platform.health, 'orders>postgres', { how: 'pool', share: 0.6 });
  });
  platform.sim.schedule(end, () => {
    setLink(platform.health, 'orders>postgres');
  });
  return {
    culprit: 'dispatch/orders',
    end,
    rootLines: [
      { name: 'leak', logType: 'dispatch/orders', contains: ['Connection leak detection triggered'] },
    ],
    symptomLines: [symptoms.notStored, symptoms.requestFailed, symptoms.serverError],
  };
};

/** Connections are no longer kept alive, which is a setting; minutes later no local port is free. */
export const portsExhausted: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice) + 3 * MINUTE;
  const configure = (at: number, keepAlive: boolean): void => {
    for (const pod of platform.pods('gateway'))
      pino(platform, at + dice.below(4000), pod, {
        msg: 'http agent configured',
        fields: { keepAlive, maxSockets: keepAlive ? 256 : null },
      });
  };
  platform.sim.schedule(onset, (now) => {
    configure(now, false);
  });
  platform.sim.schedule(onset + dice.between(150, 330) * SECOND, () => {
    for (const link of ['gateway>orders', 'gateway>pricing'] as const)
      setLink(platform.health, link, { how: 'no-address', share: 0.35 });
  });
  platform.sim.schedule(end, (now) => {
    configure(now, true);
    for (const link of ['gateway>orders', 'gateway>pricing'] as const) setLink(platform.health, link);
  });
  return {
    culprit: 'dispatch/gateway',
    end,
    rootLines: [
      {
        name: 'no keep-alive',
        logType: 'dispatch/gateway',
        contains: ['http agent configured', '"keepAlive":false'],
      },
      { name: 'no port', logType: 'dispatch/gateway', contains: ['EADDRNOTAVAIL'] },
    ],
    symptomLines: [symptoms.upstreamFailed, symptoms.serverError],
  };
};

/** The certificate between root and brokers runs out: whoever connects anew is refused. */
export const intermediateExpired: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  during(platform, dice, { start: onset, end, gapSeconds: [2, 9] }, (now) => {
    const pod = platform.pod('kafka', dice);
    const client = platform.pod(dice.pick(['orders', 'location', 'matcher']), dice);
    kafka(platform, now, pod, {
      logger: 'org.apache.kafka.common.network.Selector',
      text: `[SocketServer listenerType=BROKER, nodeId=${pod.name.slice(-1)}] Failed authentication with /${client.ip} (channelId=${pod.ip}:9093-${client.ip}:${String(32_768 + dice.below(28_000))}-${String(dice.below(900))}) (SSL handshake failed)`,
    });
  });
  const breakLinks = (share: number): void => {
    setLink(platform.health, 'location>kafka', { how: 'certificate', share });
    setLink(platform.health, 'orders>kafka', { how: 'timeout', share });
  };
  platform.sim.schedule(onset + 5 * SECOND, () => {
    breakLinks(0.3);
  });
  platform.sim.schedule(onset + dice.between(70, 160) * SECOND, () => {
    breakLinks(0.9);
  });
  platform.sim.schedule(end, () => {
    setLink(platform.health, 'location>kafka');
    setLink(platform.health, 'orders>kafka');
  });
  return {
    culprit: 'data/kafka',
    end,
    rootLines: [{ name: 'handshake', logType: 'data/kafka', contains: ['SSL handshake failed'] }],
    symptomLines: [
      { name: 'batch lost', logType: 'dispatch/location', contains: ['batch lost', 'x509'] },
      {
        name: 'not published',
        logType: 'dispatch/orders',
        contains: ['Publishing of', 'failed, will be sent again'],
        occursWhenHealthy: true,
      },
    ],
  };
};

/** A resolver is not answered for seconds, and remembers for a quarter of an hour that a name does not exist. */
export const namesNegative: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  const name = 'transfers.bank.example';
  during(platform, dice, { start: onset, end: onset + 20 * SECOND, gapSeconds: [2, 5] }, (now) => {
    platform.write(
      now,
      platform.pod('coredns', dice),
      `[ERROR] plugin/errors: 2 ${name}. A: read udp 10.244.0.9:${String(40_000 + dice.below(20_000))}->10.0.0.2:53: i/o timeout`,
    );
  });
  during(platform, dice, { start: onset + 22 * SECOND, end, gapSeconds: [3, 12] }, (now) => {
    const client = platform.pod('payouts', dice);
    platform.write(
      now,
      platform.pod('coredns', dice),
      `[INFO] ${client.ip}:${String(40_000 + dice.below(20_000))} - ${String(dice.below(65_000))} "A IN ${name}. udp 40 false 512" NXDOMAIN qr,aa,rd 141 ${dice.between(0.0001, 0.002).toFixed(9)}s`,
    );
  });
  platform.sim.schedule(onset + 15 * SECOND, () => {
    setLink(platform.health, 'payouts>bank', { how: 'name', share: 1 });
  });
  platform.sim.schedule(end, () => {
    setLink(platform.health, 'payouts>bank');
  });
  return {
    culprit: 'kube-system/coredns',
    end,
    rootLines: [{ name: 'resolver', logType: 'kube-system/coredns', contains: [`${name}. `] }],
    symptomLines: [
      { name: 'name unknown', logType: 'dispatch/payouts', contains: ['Name or service not known'] },
    ],
  };
};

/** New rules of a packet filter forget what was connected; one side waits for answers that nobody sends. */
export const halfOpen: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  const machine = platform.pod('location', dice).machine;
  platform.sim.schedule(onset, (now) => {
    ansible(platform, now, machine.name);
  });
  platform.sim.schedule(onset + dice.between(10, 45) * SECOND, () => {
    platform.health.positions = 'stalled';
  });
  platform.sim.schedule(end, (now) => {
    platform.health.positions = 'flow';
    for (const pod of platform.pods('location'))
      slog(platform, now, pod, {
        level: 'WARN',
        msg: 'producer reconnected',
        pairs: `err="write tcp ${pod.ip}:51220->10.96.24.147:9092: write: connection timed out"`,
      });
  });
  return {
    culprit: 'dispatch/location',
    end,
    rootLines: [
      { name: 'rules reloaded', logType: 'ansible-pull', contains: ['nftables'] },
      {
        name: 'no batches',
        logType: 'dispatch/location',
        contains: ['batch flushed'],
        occursWhenHealthy: true,
      },
    ],
    symptomLines: [{ name: 'reconnected', logType: 'dispatch/location', contains: ['producer reconnected'] }],
  };
};

function ansible(platform: Platform, at: number, name: string): void {
  const machine = platform.machines.find((one) => one.name === name) ?? platform.machines[0];
  platform.journal(at, machine, 'ansible-pull', `changed: [${name}] => (item=nftables.conf)`);
  platform.journal(at + 1800, machine, 'ansible-pull', `RUNNING HANDLER [base : reload nftables]`);
  platform.journal(at + 2100, machine, 'systemd', 'Reloaded nftables.service - nftables.');
}

/** Slow disks under etcd: whoever holds a lease loses it, again and again. */
export const leaderStorm: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  during(platform, dice, { start: onset, end, gapSeconds: [2, 7] }, (now) => {
    slowDisk(platform, now, dice.between(1.1, 4.8));
  });
  during(
    platform,
    dice,
    { start: onset + dice.between(15, 40) * SECOND, end, gapSeconds: [55, 100] },
    (now) => {
      loseLease(platform, now);
      platform.health.matching = 'leaderless';
      platform.sim.schedule(now + dice.between(25, 60) * SECOND, (then) => {
        platform.health.matching = 'led';
        const pod = platform.pod('matcher', dice);
        klog(platform, then, pod, {
          file: 'leaderelection.go:258',
          text: 'successfully acquired lease dispatch/matcher',
        });
      });
    },
  );
  return {
    culprit: 'kube-system/etcd',
    end,
    rootLines: [
      { name: 'slow disk', logType: 'kube-system/etcd', contains: ['slow fdatasync'] },
      { name: 'elections', logType: 'kube-system/etcd', contains: ['leader changed'] },
    ],
    symptomLines: [
      { name: 'lease not renewed', logType: 'dispatch/matcher', contains: ['failed to renew lease'] },
      {
        name: 'controllers stop',
        logType: 'kube-system/controller-manager',
        contains: ['leaderelection lost'],
      },
      {
        name: 'expired',
        logType: 'dispatch/orders',
        contains: ['expired without a courier'],
        occursWhenHealthy: true,
      },
      { name: 'acquired', logType: 'dispatch/matcher', contains: ['successfully acquired lease'] },
    ],
  };
};

function slowDisk(platform: Platform, at: number, seconds: number): void {
  const [pod] = platform.pods('etcd');
  if (pod === undefined) return;
  const stamp = `${String(Math.floor(at / 1000))}.${String(Math.floor(at) % 1000).padStart(3, '0')}`;
  platform.write(
    at,
    pod,
    `{"level":"warn","ts":${stamp},"caller":"wal/wal.go:807","msg":"slow fdatasync","took":"${seconds.toFixed(6)}s","expected-duration":"1s"}`,
  );
  if (seconds > 3)
    platform.write(
      at + 40,
      pod,
      `{"level":"info","ts":${stamp},"caller":"raft/node.go:325","msg":"raft.node: leader changed from 8e9e05c52164694d to 91bc3c398fb3c146 at term ${String(Math.floor(at / 1000) % 1000)}"}`,
    );
}

function loseLease(platform: Platform, at: number): void {
  const [manager] = platform.pods('controller-manager');
  const [matcher] = platform.pods('matcher');
  if (manager === undefined || matcher === undefined) return;
  const url = 'https://10.96.0.1:443/apis/coordination.k8s.io/v1/namespaces';
  for (const [pod, lease] of [
    [matcher, 'dispatch/matcher'],
    [manager, 'kube-system/kube-controller-manager'],
  ] as const) {
    const [namespace = '', name = ''] = lease.split('/');
    klog(platform, at, pod, {
      level: 'E',
      file: 'leaderelection.go:332',
      text: `error retrieving resource lock ${lease}: Get "${url}/${namespace}/leases/${name}?timeout=5s": context deadline exceeded`,
    });
    klog(platform, at + 900, pod, {
      file: 'leaderelection.go:285',
      text: `failed to renew lease ${lease}: timed out waiting for the condition`,
    });
  }
  klog(platform, at + 940, manager, {
    level: 'E',
    file: 'controllermanager.go:318',
    text: '"leaderelection lost"',
  });
}
