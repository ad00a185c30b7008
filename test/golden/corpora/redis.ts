import type { Dice } from '@culprit/testkit';
import { address, composeCorpus, isoTime, pickSkewed } from '../corpus.js';

const statements: readonly [(dice: Dice) => string, ...((dice: Dice) => string)[]] = [
  (dice) => `* ${1 + dice.below(900)} changes in ${dice.pick([60, 300, 900])} seconds. Saving...`,
  (dice) => `* Background saving started by pid ${dice.below(30_000)}`,
  (dice) =>
    `* Fork CoW for RDB: current ${dice.below(9)} MB, peak ${dice.below(9)} MB, average ${dice.below(9)} MB`,
  () => '* Background saving terminated with success',
  (dice) => `- Accepted ${address(dice)}:${dice.below(60_000)}`,
  (dice) =>
    `# Client id=${dice.below(9_000)} addr=${address(dice)}:${dice.below(60_000)} fd=${dice.below(99)} name= age=${dice.below(900)} cmd=psubscribe scheduled to be closed ASAP for overcoming of output buffer limits.`,
  (dice) =>
    `# MISCONF Errors writing to the AOF file: ${dice.pick(['No space left on device', 'Input/output error', 'Read-only file system'])}`,
];

/** A cache whose levels are single signs. */
export const redis = composeCorpus('redis', 300, (dice, millis) => {
  const time = isoTime(millis);
  return `1:M ${time.slice(8, 10)} Mar 2026 ${time.slice(11, 23)} ${pickSkewed(dice, statements)(dice)}`;
});
