import type { Dice } from '../dice.js';
import type { Shop, Visitor } from './shop.js';
import { cartsDelay, cartsFailure, type CartsFailure } from './carts-failures.js';
import { frontEndRequest } from './front-end.js';
import { placeOrder } from './ordering.js';
import { seconds, userLag } from './slowness.js';

const SOCKS = [
  ['03fef6ac-1896-4ce8-bd69-b798f85c6e0b', 'Holy', 99.99],
  ['3395a43e-2d88-40de-b95f-e00e1502085b', 'Colourful', 18],
  ['510a0d7e-8e83-4193-b483-e27e09ddc34d', 'SuperSport XL', 15],
  ['808a2de1-1aaa-4c25-a9b9-6612e8f29a38', 'Crossed', 17.32],
  ['819e1fbf-8b7e-4f6d-811f-693534916a8b', 'Figueroa', 14],
  ['837ab141-399e-4c1f-9abc-bace40296bac', 'Cat socks', 15],
  ['a0a4f044-b040-410d-8ead-4de0446aec7e', 'Nerd leg', 7.99],
  ['d3588630-ad8e-49df-bbd7-3167f7efb246', 'YouTube.sock', 10.99],
  ['zzz4f044-b040-410d-8ead-4de0446aec7e', 'Classic', 12],
] as const;
const TAGS = ['sport', 'formal', 'black', 'brown', 'magic', 'large', 'green', 'geek'] as const;
const IMAGES = [
  'cross_1.jpeg',
  'cross_2.jpeg',
  'holy_1.jpeg',
  'sock.jpeg',
  'cat_1.jpeg',
  'youtube_1.jpeg',
] as const;

type Sock = (typeof SOCKS)[number];

/** Starts the endless stream of visitors; each walks from the catalogue to an order. */
export function startVisitors(shop: Shop): void {
  const { world, dice } = shop;
  const { sim } = world;
  // One visit writes about 70 lines; 4 visits a second give the full rate of over a million lines an hour.
  const gap = (): number => dice.gap(1000 / (4 * world.load));
  sim.repeat(sim.now + gap(), gap, (now) => {
    if (shop.hasFreeClient) browse(shop, now);
  });
}

function browse(shop: Shop, at: number): void {
  const { dice, world } = shop;
  const visitor = createVisitor(shop);
  let now = at;
  now += page(shop, now, '/catalogue', 5150);
  if (
    listCatalogue(shop, now, { method: 'List', detail: 'tags= order=id pageNum=1 pageSize=100 result=9' }) ===
    'failed'
  )
    return;
  now += page(shop, now, '/', 8688);
  now += listTags(shop, now);
  world.sim.schedule(now + dice.between(40, 200), (later) => {
    logIn(shop, visitor, later);
  });
}

function createVisitor(shop: Shop): Visitor {
  const { dice } = shop;
  return {
    customerId: dice.pick(shop.customerIds),
    sessionId: `${dice.suffix(8)}_${dice.suffix(23)}`,
    // Most visitors come from the load generator, some from browsers: they differ in user agent and pages.
    isBrowser: dice.chance(0.06),
    pod: shop.world.cluster.pod('front-end', dice),
  };
}

function logIn(shop: Shop, visitor: Visitor, at: number): void {
  const { dice, world } = shop;
  shop.say(at, visitor.pod, 'Received login request');
  const lag = userLag(shop);
  const took = dice.between(4, 30) + lag;
  if (world.health.user === 'down' || world.health.dns === 'timing-out') {
    const reason =
      world.health.user === 'down'
        ? 'connect ECONNREFUSED 10.100.71.18:80'
        : 'getaddrinfo EAI_AGAIN user user:80';
    shop.say(at + took, visitor.pod, `Error with log in: Error: ${reason}`);
    frontEndRequest(shop, at + took, { visitor, method: 'GET', path: '/login', status: 500, took });
    return;
  }
  shop.say(
    at + 2,
    shop.pod('user'),
    `ts=${shop.nanos(at + 2)} caller=middlewares.go:31 method=Login took=${lag > 0 ? seconds(lag) : micros(dice)}`,
  );
  shop.say(
    at + took,
    visitor.pod,
    `{"user":{"id":"${visitor.customerId}","_links":{"customer":{"href":"http://user/customers/${visitor.customerId}"}}}}`,
  );
  shop.say(at + took, visitor.pod, visitor.customerId);
  shop.say(
    at + took,
    visitor.pod,
    `Merging carts for customer id: ${visitor.customerId} and session id: ${visitor.sessionId}`,
  );
  shop.say(at + took + 6, visitor.pod, 'Carts merged.');
  shop.say(at + took + 6, visitor.pod, 'Sent cookies.');
  frontEndRequest(shop, at + took + 6, {
    visitor,
    method: 'GET',
    path: '/login',
    status: 200,
    took: took + 6,
  });
  world.sim.schedule(at + took + dice.between(50, 250), (later) => {
    chooseSock(shop, visitor, later);
  });
}

function chooseSock(shop: Shop, visitor: Visitor, at: number): void {
  const { dice, world } = shop;
  const tag = dice.pick(TAGS);
  const [sockId, name, price] = dice.pick<Sock>(SOCKS);
  let now = at;
  now += page(shop, now, '/category.html', 10_234);
  now += listTags(shop, now);
  const query = `/catalogue?page=1&size=6&tags=${tag}`;
  if (
    listCatalogue(shop, now, {
      method: 'List',
      detail: `tags=${tag} order=id pageNum=1 pageSize=6 result=3`,
      path: query,
    }) === 'failed'
  )
    return;
  shop.say(
    now,
    shop.pod('catalogue'),
    `ts=${shop.nanos(now)} caller=logging.go:43 method=Count tags=${tag} result=3 err=null took=${micros(dice)}`,
  );
  for (let i = 0; i < 3; i++) {
    const path = `/catalogue/images/${dice.pick(IMAGES)}`;
    now += frontEndRequest(shop, now, {
      visitor,
      method: 'GET',
      path,
      status: 200,
      took: dice.between(0.6, 4),
      length: 20_000 + dice.below(30_000),
    });
  }
  now += page(shop, now, `/detail.html?id=${sockId}`, 9422);
  getSock(shop, now, sockId);
  const sock = `{"id":"${sockId}","name":"${name}","description":"A mature sock, crossed, with an air of nonchalance.","imageUrl":["/catalogue/images/${dice.pick(IMAGES)}","/catalogue/images/${dice.pick(IMAGES)}"],"price":${String(price)},"count":${String(100 + dice.below(800))},"tag":["${tag}","${dice.pick(TAGS)}"]}`;
  world.sim.schedule(now + dice.between(60, 300), (later) => {
    fillCart(shop, { visitor, sockId, price, sock }, later);
  });
}

interface Choice {
  readonly visitor: Visitor;
  readonly sockId: string;
  readonly price: number;
  readonly sock: string;
}

function fillCart(shop: Shop, choice: Choice, at: number): void {
  const { dice, world } = shop;
  const { visitor, sockId } = choice;
  shop.say(at, visitor.pod, `Attempting to delete cart for user: ${visitor.customerId}`);
  const failure = cartsFailure(shop, visitor);
  if (failure !== undefined) {
    const answeredAt = cartsFail(shop, visitor, { at, failure });
    world.sim.schedule(answeredAt + dice.between(200, 900), (later) => {
      placeOrder(shop, { visitor, total: choice.price + 4.99 }, later);
    });
    return;
  }
  let now = at + dice.between(4, 14) + cartsDelay(shop, at);
  shop.say(now, visitor.pod, 'User cart deleted with status: 202');
  now += frontEndRequest(shop, now, {
    visitor,
    method: 'DELETE',
    path: '/cart',
    status: 202,
    took: now - at,
  });
  shop.say(now, visitor.pod, `Attempting to add to cart: {"id":"${sockId}","quantity":1}`);
  now += getSock(shop, now, sockId);
  shop.say(now, visitor.pod, choice.sock);
  shop.say(
    now,
    visitor.pod,
    `POST to carts: http://carts/carts/${visitor.customerId}/items body: {"itemId":"${sockId}","unitPrice":${String(choice.price)}}`,
  );
  now += dice.between(5, 18);
  now += frontEndRequest(shop, now, { visitor, method: 'POST', path: '/cart', status: 201, took: now - at });
  now += page(shop, now, '/basket.html', 11_043);
  shop.say(now, visitor.pod, `Request received: /cart, ${visitor.customerId}`);
  shop.say(now, visitor.pod, `Customer ID: ${visitor.customerId}`);
  now += frontEndRequest(shop, now, {
    visitor,
    method: 'GET',
    path: '/cart',
    status: 200,
    took: dice.between(5, 20),
  });
  world.sim.schedule(now + dice.between(80, 300), (later) => {
    placeOrder(shop, { visitor, total: choice.price + 4.99 }, later);
  });
}

function cartsFail(
  shop: Shop,
  visitor: Visitor,
  { at, failure }: { readonly at: number; readonly failure: CartsFailure },
): number {
  const { waitMillis: took } = failure;
  shop.keepClientWaiting(at + took);
  failure.tell(at + took);
  frontEndRequest(shop, at + took, { visitor, method: 'POST', path: '/cart', status: 500, took });
  return at + took;
}

function page(shop: Shop, at: number, path: string, length: number): number {
  const took = shop.dice.between(0.8, 6);
  return frontEndRequest(shop, at, { visitor: undefined, method: 'GET', path, status: 200, took, length });
}

function listTags(shop: Shop, at: number): number {
  const { dice } = shop;
  if (shop.world.health.catalogueDb !== 'up' || shop.world.health.dns !== 'up') return 0;
  shop.say(
    at,
    shop.pod('catalogue'),
    `ts=${shop.nanos(at)} caller=logging.go:69 method=Tags result=${shop.world.health.tags === 'there' ? '11' : '0'} err=null took=${micros(dice)}`,
  );
  return frontEndRequest(shop, at + 2, {
    visitor: undefined,
    method: 'GET',
    path: '/tags',
    status: 200,
    took: dice.between(1, 6),
  });
}

interface Listing {
  readonly method: string;
  readonly detail: string;
  readonly path?: string;
}

function listCatalogue(shop: Shop, at: number, listing: Listing): 'answered' | 'failed' {
  const { dice, world } = shop;
  const path = listing.path ?? '/catalogue';
  if (world.health.dns === 'timing-out' && dice.chance(0.5)) {
    const answeredAt = at + 5000;
    shop.say(answeredAt, shop.pod('front-end'), 'Error: getaddrinfo EAI_AGAIN catalogue catalogue:80');
    frontEndRequest(shop, answeredAt, { visitor: undefined, method: 'GET', path, status: 500, took: 5000 });
    return 'failed';
  }
  const failure = shop.catalogueFailure();
  if (failure !== undefined) {
    shop.say(
      at + failure.wait,
      shop.pod('catalogue'),
      `ts=${shop.nanos(at + failure.wait)} caller=service.go:98 "database error"="${failure.text}"`,
    );
    shop.say(
      at + failure.wait,
      shop.pod('catalogue'),
      `ts=${shop.nanos(at + failure.wait)} caller=logging.go:27 method=${listing.method} ${listing.detail.replace(/result=\d+/, 'result=0')} err="database connection error" took=${failure.wait.toFixed(6)}ms`,
    );
    frontEndRequest(shop, at + failure.wait, {
      visitor: undefined,
      method: 'GET',
      path,
      status: 500,
      took: failure.wait,
    });
    return 'failed';
  }
  shop.say(
    at,
    shop.pod('catalogue'),
    `ts=${shop.nanos(at)} caller=logging.go:27 method=${listing.method} ${listing.detail} err=null took=${micros(dice)}`,
  );
  frontEndRequest(shop, at + 3, {
    visitor: undefined,
    method: 'GET',
    path,
    status: 200,
    took: dice.between(2, 9),
  });
  return 'answered';
}

function getSock(shop: Shop, at: number, sockId: string): number {
  const { dice } = shop;
  shop.say(
    at,
    shop.pod('catalogue'),
    `ts=${shop.nanos(at)} caller=logging.go:56 method=Get id=${sockId} sock=${sockId} err=null took=${micros(dice)}`,
  );
  return frontEndRequest(shop, at + 2, {
    visitor: undefined,
    method: 'GET',
    path: `/catalogue/${sockId}`,
    status: 200,
    took: dice.between(1, 5),
  });
}

function micros(dice: Dice): string {
  const value = dice.between(40, 2400);
  return value < 1000 ? `${value.toFixed(3)}µs` : `${(value / 1000).toFixed(6)}ms`;
}
