// A step of the core either yields a value or a refusal with a code: refusals are values, never exceptions.
import type { Refusal } from "./refusal.ts";

/** `R`: what can be refused where it is less than everything. */
export type Result<T, R = Refusal> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: R };

export const accept = <T>(value: T): { readonly ok: true; readonly value: T } => ({
  ok: true,
  value,
});

export const refuse = <const R>(refusal: R): { readonly ok: false; readonly refusal: R } => ({
  ok: false,
  refusal,
});
