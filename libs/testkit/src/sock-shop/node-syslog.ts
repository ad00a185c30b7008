import type { Dice } from '../dice.js';
import { every } from './kube-system.js';
import { emitKubelet, emitSyslog } from './kubernetes.js';
import type { Node } from './cluster.js';
import type { World } from './world.js';

/** The standing chatter of the three machines in /var/log/messages. */
export function startNodes(world: World): void {
  for (const node of world.cluster.nodes) startNode(world, world.dice(`node/${node.hostname}`), node);
}

function startNode(world: World, dice: Dice, node: Node): void {
  const say = (at: number, program: string, text: string): void => {
    emitSyslog(world, at, { node, program, text });
  };
  const pid = (program: string): string => `${program}[${String(2000 + dice.below(28_000))}]`;
  let session = 300 + dice.below(500);
  every(world, dice, 60_000, (at) => {
    session += 1;
    say(at, 'systemd', `Started Session ${String(session)} of user root.`);
    say(at + 20, pid('CROND'), '(root) CMD (/usr/lib64/sa/sa1 1 1)');
  });
  every(world, dice, 900_000, (at) => {
    const address = node.hostname.slice(3).replaceAll('-', '.');
    say(at, 'dhclient[2871]', `DHCPREQUEST on eth0 to 172.41.0.1 port 67 (xid=0x${dice.hex(8)})`);
    say(at + 12, 'dhclient[2871]', `DHCPACK from 172.41.0.1 (xid=0x${dice.hex(8)})`);
    say(
      at + 15,
      'dhclient[2871]',
      `bound to ${address} -- renewal in ${String(1500 + dice.below(300))} seconds.`,
    );
    say(
      at + 20,
      'ec2net',
      `[get_meta] Trying to get http://169.254.169.254/latest/meta-data/network/interfaces/macs/0e:${dice.hex(2)}:${dice.hex(2)}:${dice.hex(2)}:${dice.hex(2)}:${dice.hex(2)}/local-ipv4s`,
    );
  });
  every(world, dice, 600_000, (at) => {
    say(at, 'chronyd[2620]', `Selected source 169.254.169.${String(120 + dice.below(4))}`);
  });
  every(world, dice, 300_000, (at) => {
    say(
      at,
      'amazon-ssm-agent',
      `${world.text.spring(at).slice(0, 19)} INFO [ssm-agent-worker] [HealthCheck] HealthCheck reporting agent health.`,
    );
  });
  every(world, dice, 20_000, (at) => {
    emitKubelet(world, at, {
      node,
      level: 'I',
      file: 'kubelet_getters.go:176',
      text: `"Pod status updated" pod="kube-system/kube-proxy-${dice.suffix(5)}" status=Running`,
    });
  });
  startKubeletNoise(world, dice, node);
}

function startKubeletNoise(world: World, dice: Dice, node: Node): void {
  // Readiness probes that miss their deadline once: permanent noise of a busy machine.
  every(world, dice, 500_000, (at) => {
    const pod = world.cluster.pod(dice.pick(['front-end', 'catalogue', 'user', 'payment']));
    emitKubelet(world, at, {
      node,
      level: 'I',
      file: 'prober.go:116',
      text: `"Probe failed" probeType="Readiness" pod="sock-shop/${pod.name}" podUID=${pod.uid} containerName="${pod.workload}" probeResult=failure output="Get \\"http://${pod.ip}:80/health\\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"`,
    });
  });
  every(world, dice, 150_000, (at) => {
    emitKubelet(world, at, {
      node,
      level: 'W',
      file: 'container_manager_linux.go:505',
      text: '"Failed to get memory capacity of huge pages" err="open /sys/kernel/mm/hugepages: no such file or directory"',
    });
  });
  every(world, dice, 420_000, (at) => {
    emitKubelet(world, at, {
      node,
      level: 'E',
      file: 'cadvisor_stats_provider.go:415',
      text: `"Partial failure issuing cadvisor.ContainerInfoV2" err="partial failures: [\\"/kubepods/burstable/pod${dice.uuid()}\\": RecentStats: unable to find data in memory cache]"`,
    });
  });
}
