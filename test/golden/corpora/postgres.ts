import type { Dice } from '@culprit/testkit';
import { address, composeCorpus, pickSkewed, plainTime } from '../corpus.js';

const statements: readonly [(dice: Dice) => string, ...((dice: Dice) => string)[]] = [
  (dice) =>
    `LOG:  connection authorized: user=app database=shop application_name=orders`.replace(
      'orders',
      dice.pick(['orders', 'cart']),
    ),
  (dice) =>
    `LOG:  duration: ${dice.below(900)}.${dice.below(1_000)} ms  statement: SELECT id, state FROM orders WHERE id = ${dice.below(90_000)}`,
  (dice) =>
    `LOG:  disconnection: session time: 0:0${dice.below(9)}:${10 + dice.below(49)}.${dice.below(1_000)} user=app database=shop host=${address(dice)} port=${dice.below(60_000)}`,
  (dice) =>
    `LOG:  checkpoint complete: wrote ${dice.below(9_000)} buffers (${dice.below(90)}.${dice.below(9)}%); 0 WAL file(s) added, ${dice.below(3)} removed, ${dice.below(9)} recycled; write=${dice.below(200)}.${dice.below(1_000)} s, sync=0.0${dice.below(99)} s`,
  (dice) =>
    `ERROR:  duplicate key value violates unique constraint "orders_pkey"\nDETAIL:  Key (id)=(${dice.below(90_000)}) already exists.\nSTATEMENT:  INSERT INTO orders (id, state) VALUES ($1, $2)`,
  (dice) =>
    `LOG:  automatic vacuum of table "shop.public.${dice.pick(['orders', 'items', 'carts', 'users'])}": index scans: ${dice.below(3)}\n\tpages: ${dice.below(90)} removed, ${dice.below(9_000)} remain`,
  (dice) =>
    `FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute, backend ${dice.below(900)}`,
];

/** A database whose records go on in lines with labels or a tab. */
export const postgres = composeCorpus(
  'postgres',
  300,
  (dice, millis) =>
    `${plainTime(millis, '.')} UTC [${dice.below(30_000)}] ${pickSkewed(dice, statements)(dice)}`,
);
