import type { Dice } from '@culprit/testkit';
import { address, composeCorpus, isoTime, pickSkewed } from '../corpus.js';

const statements: readonly [(dice: Dice) => string, ...((dice: Dice) => string)[]] = [
  (dice) =>
    `%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/${dice.below(24)}, changed state to ${dice.pick(['up', 'down'])}`,
  (dice) => `%SYS-6-LOGGINGHOST_STARTSTOP: Logging to host ${address(dice)} port 514 started - CLI initiated`,
  (dice) =>
    `%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: ${dice.pick(['netops', 'monitor'])}] [Source: ${address(dice)}] [localport: 22]`,
  (dice) =>
    `%OSPF-5-ADJCHG: Process 1, Nbr ${address(dice)} on Vlan${dice.below(400)} from ${dice.pick(['LOADING to FULL', 'FULL to DOWN'])}, ${dice.pick(['Loading Done', 'Neighbor Down: Dead timer expired'])}`,
  (dice) => `%ENVMON-3-FAN_FAILED: Fan ${1 + dice.below(4)} größer als zulässig: ${dice.below(9_000)} U/min`,
];

/** A network device: priority, counter, host and a mnemonic; one text is not ASCII. */
export const device = composeCorpus('device', 200, (dice, millis) => {
  const time = isoTime(millis);
  return `<${dice.pick([189, 190, 187])}>${dice.below(90_000)}: core-sw1: Mar  3 ${time.slice(11, 23)}: ${pickSkewed(dice, statements)(dice)}`;
});
