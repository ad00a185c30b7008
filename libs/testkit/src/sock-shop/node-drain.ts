import type { Dice } from '../dice.js';
import type { Decoy } from '../scenario.js';
import type { Node } from './cluster.js';
import { decoy } from './daily-life.js';
import { emitEvent, emitKubelet, emitSyslog, startPod, stopPod } from './kubernetes.js';
import { startUp } from './rollout.js';
import type { World } from './world.js';

const EVICTION_GAP_MS = 9000;
const DRAINED_MS = 100_000;
const REBOOT_MS = 45_000;

/** Workloads that are evicted; their new pods serve before the old ones go. */
const MOVED = ['catalogue', 'payment', 'shipping', 'user', 'queue-master', 'carts', 'orders'] as const;

/**
 * A machine is emptied for a new kernel: no new pods, one after the other is moved, it starts again and takes part as before.
 * Planned work that looks much like an outage.
 */
export function planDrain(world: World, dice: Dice, at: number): Decoy {
  const node = dice.pick(world.cluster.nodes);
  world.sim.schedule(at, (now) => {
    drain(world, dice, now, node);
  });
  return decoy(at, `${node.hostname} is drained and restarted`, 'planned; every pod is moved before it goes');
}

function drain(world: World, dice: Dice, at: number, node: Node): void {
  const say = (time: number, reason: string, message: string): void => {
    emitEvent(world, dice, time, { kind: 'Node', namespace: 'default', name: node.name, reason, message });
  };
  say(at, 'NodeNotSchedulable', `Node ${node.name} status is now: NodeNotSchedulable`);
  let time = at + 4000;
  for (const workload of MOVED) {
    if (!world.cluster.pods(workload).some((pod) => pod.node === node)) continue;
    world.sim.schedule(time, (now) => {
      move(world, dice, now, { workload, from: node });
    });
    time += EVICTION_GAP_MS;
  }
  const down = at + DRAINED_MS;
  world.sim.schedule(down, (now) => {
    shutDown(world, now, node);
  });
  const up = down + REBOOT_MS + dice.between(0, 10_000);
  world.sim.schedule(up, (now) => {
    boot(world, now, node);
    say(now + 6000, 'Starting', 'Starting kubelet.');
    say(now + 6400, 'NodeHasSufficientMemory', `Node ${node.name} status is now: NodeHasSufficientMemory`);
    say(now + 6500, 'Rebooted', `Node ${node.name} has been rebooted, boot id: ${dice.uuid()}`);
    say(now + 17_000, 'NodeReady', `Node ${node.name} status is now: NodeReady`);
    say(now + 40_000, 'NodeSchedulable', `Node ${node.name} status is now: NodeSchedulable`);
  });
}

function move(
  world: World,
  dice: Dice,
  at: number,
  { workload, from }: { readonly workload: string; readonly from: Node },
): void {
  const old = world.cluster.pods(workload).filter((pod) => pod.node === from);
  let pod = world.cluster.createReplica(workload);
  // The scheduler takes no machine that is being emptied.
  while (pod.node === from) pod = world.cluster.createReplica(workload);
  const readyAt = startUp(world, dice, startPod(world, dice, at, { pod, pullMillis: 0 }), pod);
  world.sim.schedule(readyAt, (now) => {
    world.cluster.serve(workload, [...world.cluster.pods(workload).filter((one) => one.node !== from), pod]);
    for (const gone of old) stopPod(world, dice, now + 60, gone);
  });
}

function shutDown(world: World, at: number, node: Node): void {
  const say = (offset: number, program: string, text: string): void => {
    emitSyslog(world, at + offset, { node, program, text });
  };
  say(0, 'systemd-logind', 'System is rebooting.');
  say(300, 'systemd', 'Stopping Kubernetes Kubelet...');
  say(700, 'systemd', 'Stopped Kubernetes Kubelet.');
  say(900, 'systemd', 'Stopping containerd container runtime...');
  say(1600, 'systemd', 'Reached target Shutdown.');
}

function boot(world: World, at: number, node: Node): void {
  const say = (offset: number, program: string, text: string): void => {
    emitSyslog(world, at + offset, { node, program, text });
  };
  const kernel = [
    'Linux version 5.4.129-63.229.amzn2.x86_64 (mockbuild@ip-10-0-1-32) (gcc version 7.3.1)',
    'Command line: BOOT_IMAGE=/boot/vmlinuz-5.4.129-63.229.amzn2.x86_64 root=UUID=dd1f4b5c ro console=ttyS0',
    'ACPI: Early table checksum verification disabled',
    'random: crng init done',
    'ena 0000:00:05.0: Elastic Network Adapter (ENA) found at mem febf4000',
    'EXT4-fs (nvme0n1p1): mounted filesystem with ordered data mode. Opts: (null)',
  ];
  for (const [index, text] of kernel.entries()) say(index * 40, 'kernel', text);
  say(900, 'systemd', 'Detected virtualization kvm.');
  say(2100, 'systemd', 'Started containerd container runtime.');
  say(5200, 'systemd', 'Started Kubernetes Kubelet.');
  emitKubelet(world, at + 5600, {
    node,
    level: 'W',
    file: 'watcher.go:93',
    text: 'Error while processing event ("/sys/fs/cgroup/devices/libcontainer_2210": 0x40000100 == IN_CREATE|IN_ISDIR): readdirent: no such file or directory',
  });
  emitKubelet(world, at + 6100, {
    node,
    level: 'I',
    file: 'kubelet_node_status.go:71',
    text: `"Attempting to register node" node="${node.name}"`,
  });
}
