// Gas (section 15): what a leg must at least allow, by payload and authorisations.
import type { PayloadKind } from "./payload.ts";

const GAS: Readonly<Record<PayloadKind, number>> = {
  transfer: 1_000,
  setReserve: 1_000,
  revoke: 1_000,
  // A delegate payload is paid by the authorisations that it carries.
  delegate: 0,
  spendFrom: 1_500,
  trade: 1_500,
  cancelOffer: 1_500,
  bond: 5_000,
  unbond: 5_000,
  delegateStake: 5_000,
  undelegateStake: 5_000,
  createToken: 50_000,
};
const GAS_PER_AUTHORISATION = 1_000;

/** The least gas limit of a leg whose chain `authorisations` of the transaction name. */
export const gasRequired = (kind: PayloadKind, authorisations: number): number =>
  GAS[kind] + GAS_PER_AUTHORISATION * authorisations;
