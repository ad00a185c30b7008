import type { Dice } from '@culprit/testkit';
import { address, composeCorpus, isoTime, pickSkewed } from '../corpus.js';

const statements: readonly [(dice: Dice) => string, ...((dice: Dice) => string)[]] = [
  (dice) =>
    `level=info caller=scrape.go:${100 + dice.below(40)} msg="target scraped" target=http://${address(dice)}:9100/metrics samples=${dice.below(3_000)} took=${dice.below(90)}ms`,
  (dice) =>
    `level=info caller=compact.go:519 component=tsdb msg="write block" mint=${dice.below(1e9)} maxt=${dice.below(1e9)} ulid=01H${dice.hex(20).toUpperCase()} duration=${dice.below(9)}.${dice.below(1000)}s`,
  (dice) =>
    `level=debug caller=wal.go:77 component=tsdb msg="segment flushed" segment=${dice.below(400)} bytes=${dice.below(1e6)}`,
  (dice) =>
    `level=warn caller=manager.go:212 msg="rule evaluation slow" group=${dice.pick(['nodes', 'pods', 'billing'])} limit=30s took=${31 + dice.below(9)}s`,
  (dice) =>
    `level=info caller=reload.go:41 msg="configuration loaded" file=/etc/agent/agent.yaml hash=${dice.hex(16)}`,
  (dice) =>
    `level=error caller=remote.go:305 msg="send failed" url=https://metrics.example.org/push err="context deadline exceeded" pending=${dice.below(90_000)}`,
  (dice) =>
    `level=error caller=remote.go:305 msg="send failed" url=https://metrics.example.org/push err="server returned HTTP status 503" pending=${dice.below(90_000)}`,
];

/** A Go service that writes key=value pairs. */
export const logfmt = composeCorpus(
  'logfmt',
  300,
  (dice, millis) => `ts=${isoTime(millis)} ${pickSkewed(dice, statements)(dice)}`,
);
