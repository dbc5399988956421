// a trade moves both amounts, or its caller takes back whatever it did. An offer's number is used up
// on its maker's chain by the trade that takes it, or by its cancellation.
import { OFFERS_TAKEN_MAX, OFFERS_USED_MAX } from "../limits.ts";
import { offersKey } from "../merkle/state-key.ts";
import type { ChainState } from "./chain-state.ts";
import { type Moved, move } from "./move.ts";
import { offerOf } from "./offer.ts";
import type { CancelOffer, Trade } from "./payload.ts";
import type { LegPayment, UnsignedTransaction } from "./transaction.ts";
import { usedOffers, usedUntil, withUsedOffer } from "./used-offers.ts";

interface TradeContext {
  readonly round: number;
  readonly state: ChainState;
}

type Traded = Moved | { readonly reason: "offerUsed" | "offersFull"; readonly chain: number };

export function trade(
  context: TradeContext,
  transaction: UnsignedTransaction,
  { firstAmount, secondAmount }: Trade,
): Traded {
  const offer = offerOf(transaction);
  if (offer !== null) {
    const { maker, chain, offer: number, validUntil } = offer;
    const used = usedOffers(context.state.get(chain, offersKey(maker)), context.round);
    if (usedUntil(used, number) !== null) return { reason: "offerUsed", chain };
    if (used.length >= OFFERS_TAKEN_MAX) return { reason: "offersFull", chain };
    const entry = withUsedOffer(used, { offer: number, until: validUntil });
    context.state.set(chain, offersKey(maker), entry);
  }
  const [first, second] = transaction.legs.map(({ chain, payment }) => ({
    chain,
    payer: (payment as LegPayment).payer,
  })) as [Side, Side];
  const given = move(context, first.chain, first.payer, second.payer, firstAmount);
  if (given.reason !== "executed") return given;
  const taken = move(context, second.chain, second.payer, first.payer, secondAmount);
  if (taken.reason !== "executed") return taken;
  return { reason: "executed", movements: [...given.movements, ...taken.movements] };
}

interface Side {
  readonly chain: number;
  readonly payer: Uint8Array;
}

/** A cancellation that comes too late says so: it reverts if the number is used up for as long already. */
export function cancelOffer(
  { state, round }: TradeContext,
  chain: number,
  maker: Uint8Array,
  { offer, validUntil }: CancelOffer,
): Traded {
  const used = usedOffers(state.get(chain, offersKey(maker)), round);
  const until = usedUntil(used, offer);
  if (until !== null && until >= validUntil) return { reason: "offerUsed", chain };
  if (until === null && used.length >= OFFERS_USED_MAX) return { reason: "offersFull", chain };
  state.set(chain, offersKey(maker), withUsedOffer(used, { offer, until: validUntil }));
  return { reason: "executed", movements: [] };
}
