import type { Shop } from './shop.js';

/** How much longer than usual the service of users waits for its database, milliseconds. */
export function userLag(shop: Shop): number {
  return shop.world.health.userQueries === 'delayed' ? shop.dice.between(2010, 2980) : 0;
}

/** A duration of seconds as Go prints it. */
export function seconds(millis: number): string {
  return `${(millis / 1000).toFixed(9)}s`;
}
