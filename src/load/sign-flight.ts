// A planned transaction as signed bytes.
import { buildTrade, completedTrade, signTrade, signTransaction } from "../client/index.ts";
import type { Flight, FlightLeg } from "./lane.ts";

export async function signFlight(
  flight: Flight,
  networkId: Uint8Array,
  validUntil: number,
): Promise<void> {
  const [first, second] = flight.legs as [FlightLeg, FlightLeg | undefined];
  const [amount = 0n, otherAmount = 0n] = flight.amounts;
  if (second === undefined) {
    const { lane, nonce } = first;
    const to = (flight.to ?? lane.signer).addressBytes;
    flight.signed = await signTransaction({
      networkId,
      chain: lane.chain.id,
      signer: lane.signer,
      nonce,
      gasPrice: lane.chain.gasPrice,
      validUntil,
      payload: { kind: "transfer", to, amount },
    });
    return;
  }
  const party = ({ lane, nonce }: FlightLeg, given: bigint) => ({
    address: lane.signer.addressBytes,
    gives: { chain: lane.chain.id, amount: given },
    nonce,
    gasPrice: lane.chain.gasPrice,
  });
  const trade = buildTrade({
    networkId,
    parties: [party(first, amount), party(second, otherAmount)],
    validUntil,
  });
  const half = await signTrade(trade, first.lane.signer);
  flight.signed = completedTrade(await signTrade(half, second.lane.signer));
}
