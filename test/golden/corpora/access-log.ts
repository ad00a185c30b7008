import type { Dice } from '@culprit/testkit';
import { accessTime, address, composeCorpus, pickSkewed } from '../corpus.js';

const agents = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'curl/8.5.0',
  'kube-probe/1.30',
] as const;

const requests: readonly [(dice: Dice) => string, ...((dice: Dice) => string)[]] = [
  (dice) => `"GET /products/${dice.below(900)} HTTP/1.1" 200 ${dice.below(40_000)}`,
  (dice) => `"GET /static/app.${dice.hex(8)}.js HTTP/1.1" 304 0`,
  () => '"GET /healthz HTTP/1.1" 200 2',
  (dice) => `"POST /checkout HTTP/1.1" 302 ${dice.below(300)}`,
  (dice) =>
    `"GET /search?q=${dice.pick(['shoes', 'red+hat', 'lamp'])}&page=${dice.below(9)} HTTP/1.1" 200 ${dice.below(40_000)}`,
  (dice) => `"POST /checkout HTTP/1.1" 502 ${150 + dice.below(9)}`,
  () => '"\\x16\\x03\\x01" 400 157',
];

/** A web server's access log in the combined layout. */
export const accessLog = composeCorpus('access-log', 300, (dice, millis) => {
  const user = dice.pick(['-', '-', '-', 'frank']);
  return `${address(dice)} - ${user} [${accessTime(millis)}] ${pickSkewed(dice, requests)(dice)} "-" "${dice.pick(agents)}"`;
});
