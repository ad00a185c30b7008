declare const brandName: unique symbol;

/** A nominal type: a `Base` that carries a compile-time name, so that two ids cannot be mixed up. */
export type Brand<Base, Name extends string> = Base & { readonly [brandName]: Name };
