/** A string that has been checked once and is then of its own type. */
export type Brand<Name extends string> = string & { readonly __brand: Name }
