// A value of every staking entry of T0's state: see samples.ts.
import type { Codec } from "../../../src/protocol/encoding/codec.ts";
import { type Stakes, stakesCodec } from "../../../src/protocol/staking/stakes.ts";
import { stakingRulesCodec } from "../../../src/protocol/staking/staking-rules.ts";
import {
  queuedUnbondingCodec,
  unbondingQueueCodec,
} from "../../../src/protocol/staking/unbonding.ts";
import { type Validator, validatorCodec } from "../../../src/protocol/staking/validator.ts";
import { bytes } from "./payload-samples.ts";

export const VALIDATOR: Validator = {
  publicKey: bytes(96, 0xf1),
  proofOfPossession: bytes(48, 0xf2),
  commission: 258,
  ownStake: 10n ** 24n,
  delegatedStake: 1n,
  unbonding: (1n << 128n) - 1n,
};

export const STAKES: Stakes = {
  delegations: [
    { validator: bytes(20, 0xf3), amount: 259n },
    { validator: bytes(20, 0xf4), amount: 1n << 127n },
  ],
  unbondings: [{ validator: bytes(20, 0xf5), amount: 260n, releaseRound: 261 }],
};

const named = <T>(name: string, codec: Codec<T>, value: T) => ({ name, codec, value });

export const STAKING_SAMPLES = [
  named("staking rules", stakingRulesCodec, { minimumBond: 10n ** 22n, unbondingRounds: 258 }),
  named("validator", validatorCodec, VALIDATOR),
  named("stakes", stakesCodec, STAKES),
  named("unbonding queue", unbondingQueueCodec, { first: 1, next: 258 }),
  named("queued unbonding", queuedUnbondingCodec, { staker: bytes(20, 0xf6), releaseRound: 259 }),
];
