import type { Dice } from '@culprit/testkit';
import { composeCorpus, isoTime, pickSkewed } from '../corpus.js';

const pods = ['shop/cart', 'shop/orders', 'infra/dns'] as const;

function podOf(dice: Dice): string {
  return `${dice.pick(pods)}-${dice.hex(10)}-${dice.suffix(5)}`;
}

const statements: readonly [(dice: Dice) => string, ...((dice: Dice) => string)[]] = [
  (dice) =>
    `I kubelet_volumes.go:${160 + dice.below(3)}] "Cleaned up orphaned pod volumes dir" podUID=${dice.uuid()} path="/var/lib/kubelet/pods/${dice.uuid()}/volumes"`,
  (dice) =>
    `I reconciler.go:224] "operationExecutor.MountVolume started for volume" volumeName="config" pod="${podOf(dice)}"`,
  (dice) => `I kuberuntime_manager.go:1021] "CreatePodSandbox for pod" pod="${podOf(dice)}"`,
  (dice) =>
    `I prober.go:107] "Probe failed" probeType="${dice.pick(['Readiness', 'Liveness'])}" pod="${podOf(dice)}" containerName="app" probeResult="failure" output="HTTP probe failed with statuscode: ${dice.pick([500, 503])}"`,
  (dice) =>
    `W container.go:589] Failed to update stats for container "/kubepods/burstable/pod${dice.uuid()}": unable to determine device info for dir: no such file or directory`,
  (dice) =>
    `E pod_workers.go:951] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with CrashLoopBackOff: \\"back-off ${dice.pick(['10s', '20s', '40s', '5m0s'])} restarting failed container\\"" pod="${podOf(dice)}"`,
  (dice) =>
    `E remote_image.go:167] "PullImage from image service failed" err="rpc error: code = NotFound desc = image not found" image="registry.example.org/shop/cart:v${dice.below(9)}.${dice.below(20)}"`,
];

/** A component of Kubernetes: one letter for the level, then date, time, thread and place in the source. */
export const klog = composeCorpus('klog', 300, (dice, millis) => {
  const statement = pickSkewed(dice, statements)(dice);
  const time = isoTime(millis);
  return `${statement.charAt(0)}${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 23)}${String(dice.below(1_000)).padStart(3, '0')} ${String(1 + dice.below(4_000)).padStart(7)} ${statement.slice(2)}`;
});
