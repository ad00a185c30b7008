import type { Dice } from '@culprit/testkit';
import { composeCorpus, pickSkewed, plainTime } from '../corpus.js';

const trace = (dice: Dice): string =>
  [
    '',
    'java.net.SocketTimeoutException: Read timed out',
    '\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:288)',
    `\tat com.example.orders.PaymentClient.charge(PaymentClient.java:${40 + dice.below(9)})`,
    '\tat com.example.orders.OrderService.place(OrderService.java:112)',
    'Caused by: java.io.IOException: connection reset',
    `\t... ${10 + dice.below(20)} common frames omitted`,
  ].join('\n');

const statements: readonly [(dice: Dice) => string, ...((dice: Dice) => string)[]] = [
  (dice) =>
    `INFO  [http-nio-8080-exec-${1 + dice.below(10)}] c.e.orders.OrderController - Placed order ${dice.below(90_000)} for customer ${dice.uuid()} (${1 + dice.below(9)} items, total ${dice.below(300)}.${10 + dice.below(90)} EUR)`,
  (dice) =>
    `DEBUG [http-nio-8080-exec-${1 + dice.below(10)}] o.h.SQL - select o.id, o.state from orders o where o.customer_id=? and o.state in (?, ?)`,
  (dice) =>
    `INFO  [scheduling-1] c.e.orders.Outbox - Sent ${dice.below(40)} messages to topic orders.placed in ${dice.below(200)} ms`,
  (dice) =>
    `INFO  [kafka-consumer-${dice.below(3)}] o.a.k.c.c.i.ConsumerCoordinator - [Consumer clientId=orders-${dice.below(3)}, groupId=orders] Adding newly assigned partitions: payments-${dice.below(6)}, payments-${dice.below(6)}`,
  (dice) =>
    `WARN  [HikariPool-1 housekeeper] c.z.h.pool.HikariPool - HikariPool-1 - Thread starvation or clock leap detected (housekeeper delta=${dice.below(90)}s${dice.below(999)}ms).`,
  (dice) =>
    `INFO  [main] c.e.orders.Application - Started Application in ${dice.below(20)}.${dice.below(999)} seconds (process running for ${dice.below(30)}.${dice.below(99)})`,
  (dice) =>
    `ERROR [http-nio-8080-exec-${1 + dice.below(10)}] c.e.orders.OrderController - Could not charge order ${dice.below(90_000)}${trace(dice)}`,
];

/** A Java service with logger names, threads and stack traces over several lines. */
export const javaService = composeCorpus(
  'java-service',
  300,
  (dice, millis) => `${plainTime(millis, '.')} ${pickSkewed(dice, statements)(dice)}`,
);
