import type { Dice } from '../dice.js';

/** A page of the shop. */
export interface View {
  readonly name: 'home' | 'product' | 'search' | 'cart' | 'checkout' | 'account';
  readonly method: 'GET' | 'POST';
  readonly share: number;
  readonly usesCatalog: boolean;
  readonly usesDatabase: boolean;
  readonly writesCache: boolean;
  path(dice: Dice): string;
}

const words = ['lamp', 'chair', 'desk', 'shelf', 'sofa', 'rug', 'mirror', 'vase'] as const;

export const views: readonly [View, ...View[]] = [
  {
    name: 'home',
    method: 'GET',
    share: 0.34,
    usesCatalog: true,
    usesDatabase: false,
    writesCache: false,
    path: () => '/',
  },
  {
    name: 'product',
    method: 'GET',
    share: 0.32,
    usesCatalog: true,
    usesDatabase: false,
    writesCache: false,
    path: (dice) => `/product/${String(1000 + dice.below(4000))}/`,
  },
  {
    name: 'search',
    method: 'GET',
    share: 0.12,
    usesCatalog: true,
    usesDatabase: false,
    writesCache: false,
    path: (dice) => `/search/?q=${dice.pick(words)}+${dice.pick(words)}&page=${String(1 + dice.below(6))}`,
  },
  {
    name: 'cart',
    method: 'POST',
    share: 0.1,
    usesCatalog: false,
    usesDatabase: false,
    writesCache: true,
    path: () => '/cart/add/',
  },
  {
    name: 'checkout',
    method: 'POST',
    share: 0.06,
    usesCatalog: false,
    usesDatabase: true,
    writesCache: true,
    path: () => '/checkout/',
  },
  {
    name: 'account',
    method: 'POST',
    share: 0.06,
    usesCatalog: false,
    usesDatabase: true,
    writesCache: true,
    path: () => '/account/login/',
  },
];

export function pickView(dice: Dice): View {
  let rest = dice.between(0, 1);
  for (const view of views) {
    rest -= view.share;
    if (rest < 0) return view;
  }
  return views[0];
}
