import type { Dice } from '../../dice.js';
import type { Pod } from '../cluster.js';
import { mongoText } from '../databases.js';
import { monitorTrace, springText } from '../java.js';
import { emitContainerd, emitEvent, emitKubelet, emitPodEvent, startPod } from '../kubernetes.js';
import { emitBlock, type World } from '../world.js';
import type { Fault, PlantedFault } from './fault.js';

const FREED_MS = 170_000;

/** The disk of one machine fills up: the orders database on it cannot write its journal and aborts, pods are evicted. */
export const diskFull: Fault = {
  reserved: ['orders', 'orders-db', 'front-end'],
  plant(world, dice, onset): PlantedFault {
    const pod = world.cluster.pod('orders-db');
    world.sim.schedule(onset, (now) => {
      fillUp(world, dice, now, pod);
    });
    world.sim.schedule(onset + 22_000, (now) => {
      abort(world, now, pod);
      evict(world, dice, now + 6000, pod);
    });
    world.sim.schedule(onset + FREED_MS, (now) => {
      recover(world, dice, now, pod);
    });
    return { culprit: `node/${pod.node.hostname}`, end: onset + FREED_MS + 12_000, rootLines, symptomLines };
  },
};

const rootLines = [
  { name: 'no space', logType: 'node/containerd', contains: ['no space left on device'] },
  { name: 'disk pressure', logType: 'k8s-events', contains: ['reason=NodeHasDiskPressure'] },
  { name: 'eviction threshold', logType: 'k8s-events', contains: ['reason=EvictionThresholdMet'] },
  { name: 'image collection', logType: 'node/kubelet', contains: ['Image garbage collection failed'] },
  { name: 'database write', logType: 'sock-shop/orders-db', contains: ['No space left on device'] },
] as const;

const symptomLines = [
  { name: 'database abort', logType: 'sock-shop/orders-db', contains: ['Fatal assertion'] },
  {
    name: 'orders database timeout',
    logType: 'sock-shop/orders',
    contains: ['com.mongodb.MongoTimeoutException', 'orders-db:27017'],
  },
  {
    name: 'front-end 500',
    logType: 'sock-shop/front-end',
    contains: ['Order response:', '"status":500', 'orders-db:27017'],
  },
] as const;

function fillUp(world: World, dice: Dice, at: number, pod: Pod): void {
  const { node } = pod;
  const nodeEvent = (time: number, reason: string, message: string, isWarning: boolean): void => {
    emitEvent(world, dice, time, {
      kind: 'Node',
      namespace: 'default',
      name: node.name,
      uid: node.name,
      reason,
      message,
      isWarning,
    });
  };
  emitKubelet(world, at, {
    node,
    level: 'E',
    file: 'kubelet.go:1306',
    text: '"Image garbage collection failed multiple times in a row" err="failed to garbage collect required amount of images. Wanted to free 5368709120 bytes, but freed 0 bytes"',
  });
  nodeEvent(
    at + 900,
    'FreeDiskSpaceFailed',
    'failed to garbage collect required amount of images. Wanted to free 5368709120 bytes, but freed 0 bytes',
    true,
  );
  emitKubelet(world, at + 7000, {
    node,
    level: 'W',
    file: 'eviction_manager.go:346',
    text: '"Eviction manager: attempting to reclaim" resourceName="ephemeral-storage"',
  });
  nodeEvent(at + 7100, 'EvictionThresholdMet', 'Attempting to reclaim ephemeral-storage', true);
  nodeEvent(at + 7900, 'NodeHasDiskPressure', `Node ${node.name} status is now: NodeHasDiskPressure`, false);
  for (let i = 0; i < 5; i++) {
    const path = `/var/log/pods/sock-shop_${pod.name}_${pod.uid}/orders-db/0.log`;
    const text = `Failed to copy container log \\"${path}\\": write ${path}: no space left on device`;
    emitContainerd(world, at + 9000 + i * 2600, node, text, 'error');
  }
}

function abort(world: World, at: number, pod: Pod): void {
  const second = String(Math.floor(at / 1000));
  const say = (
    offset: number,
    severity: 'E' | 'F',
    id: number,
    message: string,
    attributes: string,
  ): void => {
    const line = {
      at: at + offset,
      severity,
      component: severity === 'E' ? 'STORAGE' : '-',
      id,
      context: 'thread15',
      message,
      attributes,
    };
    world.sim.emit(at + offset, pod.source, mongoText(world, line));
  };
  const where = `[${second}:411237][1:0x7f1c2d7fa700], log-server`;
  say(
    0,
    'E',
    22_435,
    'WiredTiger error',
    `{"error":28,"message":"${where}: __posix_file_write, 553: /data/db/journal/WiredTigerLog.0000000041: handle-write: pwrite: failed to write 128 bytes at offset 22656: No space left on device"}`,
  );
  say(
    2,
    'E',
    22_435,
    'WiredTiger error',
    `{"error":28,"message":"${where}: __wt_panic, 490: the process must exit and restart: WT_PANIC: WiredTiger library panic"}`,
  );
  say(
    3,
    'F',
    23_089,
    'Fatal assertion',
    '{"msgid":50853,"file":"src/mongo/db/storage/wiredtiger/wiredtiger_util.cpp","line":481}',
  );
  say(3, 'F', 23_090, '\\n\\n***aborting after fassert() failure\\n\\n', '{}');
  world.health.ordersDb = 'down';
}

function evict(world: World, dice: Dice, at: number, pod: Pod): void {
  emitPodEvent(world, dice, at, {
    pod,
    reason: 'Evicted',
    isWarning: true,
    message:
      'The node was low on resource: ephemeral-storage. Container orders-db was using 9127856Ki, which exceeds its request of 0.',
  });
  emitKubelet(world, at + 30, {
    node: pod.node,
    level: 'I',
    file: 'eviction_manager.go:576',
    text: `"Eviction manager: pod is evicted successfully" pod="sock-shop/${pod.name}"`,
  });
  const trace = monitorTrace(
    'com.mongodb.MongoSocketOpenException: Exception opening socket',
    'java.net.ConnectException: Connection refused (Connection refused)',
  );
  for (let time = at + 3000; time < at + FREED_MS - 34_000; time += 11_000 + dice.between(0, 900)) {
    const text = springText(world, {
      at: time,
      level: 'INFO',
      service: 'orders',
      thread: 'cluster-ClusterId-orders-db:27017',
      logger: 'org.mongodb.driver.cluster',
      message: 'Exception in monitor thread while connecting to server orders-db:27017',
    });
    emitBlock(world, time, world.cluster.pod('orders'), [text, ...trace]);
    if (time < at + 40_000) {
      emitEvent(world, dice, time, {
        kind: 'Pod',
        namespace: 'sock-shop',
        name: `${world.cluster.replicaSet('orders-db')}-zt4vk`,
        reason: 'FailedScheduling',
        isWarning: true,
        message:
          "0/3 nodes are available: 1 node(s) had taint {node.kubernetes.io/disk-pressure: }, that the pod didn't tolerate, 2 node(s) had volume node affinity conflict.",
      });
    }
  }
}

function recover(world: World, dice: Dice, at: number, pod: Pod): void {
  emitEvent(world, dice, at, {
    kind: 'Node',
    namespace: 'default',
    name: pod.node.name,
    uid: pod.node.name,
    reason: 'NodeHasNoDiskPressure',
    message: `Node ${pod.node.name} status is now: NodeHasNoDiskPressure`,
  });
  const fresh = world.cluster.createReplica('orders-db');
  const runsAt = startPod(world, dice, at + 1500, { pod: fresh, pullMillis: 0 });
  const ready = {
    at: runsAt + 4000,
    severity: 'I',
    component: 'NETWORK',
    id: 23_016,
    context: 'listener',
    message: 'Waiting for connections',
    attributes: '{"port":27017,"ssl":"off"}',
  } as const;
  world.sim.emit(ready.at, fresh.source, mongoText(world, ready));
  world.sim.schedule(ready.at, () => {
    world.cluster.serve('orders-db', [fresh]);
    world.health.ordersDb = 'up';
  });
}
