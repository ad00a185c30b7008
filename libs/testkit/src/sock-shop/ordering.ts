import { frontEndRequest } from './front-end.js';
import {
  connectionRefusedTrace,
  ordersNullTrace,
  ordersTimeoutTrace,
  springText,
  tomcatThread,
} from './java.js';
import type { Shop, Visitor } from './shop.js';
import { seconds, userLag } from './slowness.js';

/** What a visitor is about to buy. */
export interface Purchase {
  readonly visitor: Visitor;
  /** Amount with shipping; payment declines what exceeds 105.00. */
  readonly total: number;
}

const CARD_LIMIT = 105;
const ORDERS_PATIENCE_MS = 5000;

/** The way of one order: front end, user, orders, payment, shipping, the queue and back. */
export function placeOrder(shop: Shop, purchase: Purchase, at: number): void {
  const { dice, world } = shop;
  const { visitor } = purchase;
  shop.say(at, visitor.pod, 'Request received with body: {}');
  const now = at + lookUpCustomer(shop, visitor, at);
  shop.say(
    now,
    visitor.pod,
    `Posting Order: {"customer":"http://user/customers/${visitor.customerId}","address":"http://user/addresses/${visitor.customerId.slice(0, 23)}a","card":"http://user/cards/${visitor.customerId.slice(0, 23)}c","items":"http://carts/carts/${visitor.customerId}/items"}`,
  );
  const outcome = ordersOutcome(shop);
  if (outcome === 'timeout') orderTimesOut(shop, visitor, now);
  else if (outcome === 'exception') orderThrows(shop, visitor, now);
  else if (outcome === 'database') orderCannotBeStored(shop, visitor, now);
  else if (outcome === 'refused') orderIsCutOff(shop, visitor, now);
  else
    world.sim.schedule(now + dice.between(8, 30), (later) => {
      pay(shop, purchase, later);
    });
}

function lookUpCustomer(shop: Shop, visitor: Visitor, at: number): number {
  const { dice } = shop;
  const user = shop.pod('user');
  const base = `http://user/customers/${visitor.customerId}`;
  let lag = 0;
  const answer = (offset: number, caller: string, body: string): void => {
    const extra = userLag(shop);
    lag += extra;
    const now = at + offset + lag;
    const stamp = shop.nanos(now);
    const took = extra > 0 ? seconds(extra) : `${dice.between(200, 990).toFixed(3)}µs`;
    shop.say(now, user, `ts=${stamp} caller=${caller} took=${took}`);
    shop.say(now + 3, visitor.pod, `Received response: ${JSON.stringify(body)}`);
  };
  shop.say(at, visitor.pod, `GET Request to: ${base}`);
  answer(
    3,
    `middlewares.go:70 method=GetUsers id=${visitor.customerId} result=1`,
    `{"firstName":"User","lastName":"Name","username":"user","id":"${visitor.customerId}"}`,
  );
  shop.say(at + 8 + lag, visitor.pod, `GET Request to: ${base}/addresses`);
  answer(
    11,
    `middlewares.go:99 method=GetAddresses id=${visitor.customerId} result=1`,
    `{"_embedded":{"address":[{"street":"Whitelees Road","number":"246","country":"United Kingdom","city":"Glasgow","postcode":"G67 3DL"}]}}`,
  );
  shop.say(at + 16 + lag, visitor.pod, `GET Request to: ${base}/cards`);
  answer(
    19,
    `middlewares.go:129 method=GetCards id=${visitor.customerId} result=1`,
    `{"_embedded":{"card":[{"longNum":"5953580604169678","expires":"08/19","ccv":"678"}]}}`,
  );
  shop.say(at + 22 + lag, visitor.pod, '[ undefined, undefined ]');
  return 24 + lag;
}

function ordersOutcome(shop: Shop): 'fine' | 'timeout' | 'exception' | 'database' | 'refused' {
  const { health } = shop.world;
  if (health.orders === 'faulty-release' && shop.dice.chance(0.7)) return 'exception';
  if (health.ordersDb === 'down') return 'database';
  if (health.dns === 'timing-out') return 'timeout';
  if (health.payment === 'refused' || health.carts === 'refused') return 'refused';
  if (health.payment === 'losing-packets' && shop.dice.chance(0.4)) return 'timeout';
  if (health.cartsQueries === 'scanning' && shop.dice.chance(0.5)) return 'timeout';
  return health.cartsDb === 'unreachable' && shop.dice.chance(0.93) ? 'timeout' : 'fine';
}

function orderTimesOut(shop: Shop, visitor: Visitor, at: number): void {
  const failedAt = at + ORDERS_PATIENCE_MS + shop.dice.between(2, 30);
  shop.keepClientWaiting(failedAt);
  const message = 'Unable to create order due to timeout from one of the services.';
  shop.servletError(failedAt, 'orders', `java.lang.IllegalStateException: ${message}`, ordersTimeoutTrace);
  refuse(shop, visitor, {
    at: failedAt + 1,
    since: at,
    exception: 'java.lang.IllegalStateException',
    message,
  });
}

function orderThrows(shop: Shop, visitor: Visitor, at: number): void {
  const failedAt = at + shop.dice.between(20, 60);
  shop.servletError(failedAt, 'orders', 'java.lang.NullPointerException', ordersNullTrace);
  refuse(shop, visitor, {
    at: failedAt + 1,
    since: at,
    exception: 'java.lang.NullPointerException',
    message: 'No message available',
  });
}

function orderCannotBeStored(shop: Shop, visitor: Visitor, at: number): void {
  const failedAt = at + 10_000 + shop.dice.between(2, 40);
  shop.keepClientWaiting(failedAt);
  const cause =
    'com.mongodb.MongoSocketOpenException: Exception opening socket}, caused by {java.net.ConnectException: Connection refused (Connection refused)';
  const message = `Timed out after 10000 ms while waiting for a server that matches WritableServerSelector. Client view of cluster state is {type=UNKNOWN, servers=[{address=orders-db:27017, type=UNKNOWN, state=CONNECTING, exception={${cause}}}]`;
  shop.servletError(
    failedAt,
    'orders',
    `org.springframework.dao.DataAccessResourceFailureException: ${message}`,
    ['', `com.mongodb.MongoTimeoutException: ${message}`, ...ordersTimeoutTrace.slice(4)],
  );
  refuse(shop, visitor, {
    at: failedAt + 1,
    since: at,
    exception: 'org.springframework.dao.DataAccessResourceFailureException',
    message,
  });
}

/** A service that orders asks has nobody listening at its address. */
function orderIsCutOff(shop: Shop, visitor: Visitor, at: number): void {
  const failedAt = at + shop.dice.between(12, 60);
  const message = 'Unable to create order due to unspecified IO error.';
  shop.servletError(
    failedAt,
    'orders',
    `java.lang.IllegalStateException: ${message}`,
    connectionRefusedTrace(shop.world.health.payment === 'refused' ? 'payment/paymentAuth' : 'carts/carts'),
  );
  refuse(shop, visitor, {
    at: failedAt + 1,
    since: at,
    exception: 'java.lang.IllegalStateException',
    message,
  });
}

interface Refusal {
  readonly at: number;
  readonly since: number;
  readonly exception: string;
  readonly message: string;
}

function refuse(shop: Shop, visitor: Visitor, refusal: Refusal): void {
  const { at, exception, message } = refusal;
  shop.say(
    at,
    visitor.pod,
    `Order response: {"timestamp":${String(Math.floor(at))},"status":500,"error":"Internal Server Error","exception":"${exception}","message":"${message}","path":"/orders"}`,
  );
  frontEndRequest(shop, at, {
    visitor,
    method: 'POST',
    path: '/orders',
    status: 500,
    took: at - refusal.since,
  });
}

function pay(shop: Shop, purchase: Purchase, at: number): void {
  const { dice, world } = shop;
  const thread = tomcatThread(dice);
  const traceId = dice.hex(16);
  // A wide cart now and then exceeds the card limit: a normal error of this shop.
  const total = dice.chance(0.03) ? purchase.total + 90 : purchase.total;
  const isAuthorised = total <= CARD_LIMIT;
  const orders = shop.pod('orders');
  const logger = 'w.w.s.o.controllers.OrdersController';
  shop.say(
    at,
    orders,
    springText(world, {
      at,
      level: 'INFO',
      service: 'orders',
      thread,
      logger,
      traceId,
      message: paymentRequest(purchase.visitor, total),
    }),
  );
  shop.say(
    at + 2,
    shop.pod('payment'),
    `ts=${shop.nanos(at + 2)} caller=logging.go:25 method=Authorise result=${String(isAuthorised)} took=${dice.between(1.2, 9).toFixed(3)}µs`,
  );
  const reply = isAuthorised ? 'Payment authorised' : 'Payment declined: amount exceeds 105.00';
  const replyAt = at + dice.between(4, 9);
  shop.say(
    replyAt,
    orders,
    springText(world, {
      at: replyAt,
      level: 'INFO',
      service: 'orders',
      thread,
      logger,
      traceId,
      message: `Received payment response: PaymentResponse{authorised=${String(isAuthorised)}, message=${reply}}`,
    }),
  );
  if (isAuthorised) ship(shop, { ...purchase, total }, replyAt);
  else decline(shop, purchase.visitor, { at: replyAt + 2, thread, traceId, message: reply });
}

function decline(
  shop: Shop,
  visitor: Visitor,
  refusal: { at: number; thread: string; traceId: string; message: string },
): void {
  const { at, thread, traceId, message } = refusal;
  const exception = 'works.weave.socks.orders.controllers.OrdersController$PaymentDeclinedException';
  const warning = springText(shop.world, {
    at,
    level: 'WARN',
    service: 'orders',
    thread,
    traceId,
    logger: '.w.s.m.a.ResponseStatusExceptionResolver',
    message: `Resolved exception caused by Handler execution: ${exception}: ${message}`,
  });
  shop.say(at, shop.pod('orders'), warning);
  shop.say(
    at + 2,
    visitor.pod,
    `Order response: {"timestamp":${String(Math.floor(at))},"status":406,"error":"Not Acceptable","exception":"${exception}","message":"${message}","path":"/orders"}`,
  );
  frontEndRequest(shop, at + 2, { visitor, method: 'POST', path: '/orders', status: 406, took: 60 });
}

function ship(shop: Shop, purchase: Purchase, at: number): void {
  const { dice, world } = shop;
  const { visitor } = purchase;
  shop.say(at + 3, shop.pod('shipping'), 'Adding shipment to queue...');
  if (world.health.broker === 'up' && world.health.consumer === 'running') {
    shop.say(
      at + 3 + dice.between(3, 40),
      shop.pod('queue-master'),
      `Received shipment task: ${dice.uuid()}`,
    );
  }
  const doneAt = at + dice.between(20, 60);
  const orderId = dice.hex(24);
  shop.say(
    doneAt,
    visitor.pod,
    `Order response: {"id":"${orderId}","customerId":"${visitor.customerId}","customer":{"id":null,"firstName":"User","lastName":"Name","username":"user","addresses":[],"cards":[]},"address":{"id":null,"number":"246","street":"Whitelees Road","city":"Glasgow","postcode":"G67 3DL","country":"United Kingdom"},"items":[{"id":"${dice.hex(24)}","itemId":"${dice.uuid()}","quantity":1,"unitPrice":${(purchase.total - 4.99).toFixed(2)}}],"shipment":{"id":"${dice.uuid()}","name":"${visitor.customerId}"},"date":"${world.text.isoMillis(doneAt, '+0000')}","total":${purchase.total.toFixed(2)}}`,
  );
  frontEndRequest(shop, doneAt, {
    visitor,
    method: 'POST',
    path: '/orders',
    status: 201,
    took: doneAt - at + 60,
  });
}

function paymentRequest(visitor: Visitor, total: number): string {
  return (
    `Sending payment request: PaymentRequest{address=Address{id=null, number='246', street='Whitelees Road', city='Glasgow', country='United Kingdom', postcode='G67 3DL'}, ` +
    `card=Card{id=null, longNum='5953580604169678', expires='08/19', ccv='678'}, customer=Customer{id='${visitor.customerId}', firstName='User', lastName='Name', username='user'}, amount=${total.toFixed(2)}}`
  );
}
