// Staking on T0 before the first round: its parameters, and the validators of the genesis record with their bonds.
import { invariant } from "../assert.ts";
import { toHex } from "../encoding/bytes.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import type { GenesisEntry } from "../ledger/genesis-state.ts";
import { seatKeyKey, stakingRulesKey, validatorKey } from "../merkle/state-key.ts";
import type { Genesis, GenesisKey, Seat } from "../rounds/epoch.ts";
import { stakingRulesCodec } from "./staking-rules.ts";
import { validatorCodec } from "./validator.ts";

export function genesisStaking({ staking, validators, epoch }: Genesis): GenesisEntry[] {
  const sets = new Map(epoch.sets.map(({ set, seats }) => [set, seats]));
  const keyOf = (key: GenesisKey): Seat | undefined =>
    key.kind === "standby" ? key : sets.get(key.set)?.[key.seat];
  const entries: GenesisEntry[] = [
    { chain: ROOT_CHAIN, key: stakingRulesKey(), value: stakingRulesCodec.encode(staking) },
  ];
  for (const { address, key, commission, bond } of validators) {
    const seat = keyOf(key);
    invariant(seat !== undefined, "R-11.1 A validator of the genesis record has no such seat", {
      validator: toHex(address),
    });
    const { publicKey, proofOfPossession } = seat;
    const stakes = { ownStake: bond, delegatedStake: 0n, unbonding: 0n };
    const value = validatorCodec.encode({ publicKey, proofOfPossession, commission, ...stakes });
    entries.push({ chain: ROOT_CHAIN, key: validatorKey(address), value });
    entries.push({ chain: ROOT_CHAIN, key: seatKeyKey(publicKey), value: address });
  }
  return entries;
}
