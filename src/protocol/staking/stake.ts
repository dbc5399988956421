// the four transactions that move stake. Each checks first and then writes; what it moves stays on T0.
import { equalBytes } from "../encoding/bytes.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import type { ChainState } from "../ledger/chain-state.ts";
import type {
  Bond,
  DelegateStake,
  StakingPayload,
  Unbond,
  UndelegateStake,
} from "../ledger/payload.ts";
import type { Holder, Movement, Reason } from "../ledger/receipt.ts";
import { DELEGATIONS_MAX } from "../limits.ts";
import { seatKeyKey } from "../merkle/state-key.ts";
import { delegatedTo, setStakes, stakesOf, withDelegation } from "./stakes.ts";
import { stakingRules } from "./staking-rules.ts";
import { canUnbond, startUnbonding } from "./unbonding.ts";
import { setValidator, type Validator, validatorOf } from "./validator.ts";

interface StakingContext {
  readonly round: number;
  readonly state: ChainState;
}

type Staked =
  | { readonly reason: "executed"; readonly movements: readonly Movement[] }
  | { readonly reason: Exclude<Reason, "executed">; readonly chain: number };

export function stake(context: StakingContext, payer: Uint8Array, payload: StakingPayload): Staked {
  switch (payload.kind) {
    case "bond":
      return bond(context, payer, payload);
    case "unbond":
      return unbond(context, payer, payload);
    case "delegateStake":
      return delegateStake(context, payer, payload);
    case "undelegateStake":
      return undelegateStake(context, payer, payload);
  }
}

const failed = (reason: Exclude<Reason, "executed">): Staked => ({ reason, chain: ROOT_CHAIN });

const account = (address: Uint8Array): Holder => ({ kind: "account", address });

const moved = (from: Holder, to: Holder, amount: bigint): Staked => ({
  reason: "executed",
  movements: [{ chain: ROOT_CHAIN, from, to, amount }],
});

function bond(
  { state }: StakingContext,
  payer: Uint8Array,
  { amount, registration }: Bond,
): Staked {
  const known = validatorOf(state, payer);
  if (known === null && registration === null) return failed("notAValidator");
  const validator = known ?? newValidator(registration as NonNullable<typeof registration>);
  if (registration !== null) {
    const { publicKey, commission } = registration;
    const holder = state.get(ROOT_CHAIN, seatKeyKey(publicKey));
    if (known === null && holder !== null) return failed("keyTaken");
    const isSame =
      equalBytes(publicKey, validator.publicKey) && commission === validator.commission;
    if (!isSame) return failed("registrationDiffers");
  }
  const ownStake = validator.ownStake + amount;
  if (ownStake < stakingRules(state).minimumBond) return failed("belowMinimumBond");
  if (!lower(state, payer, amount)) return failed("insufficientBalance");
  if (known === null) state.set(ROOT_CHAIN, seatKeyKey(validator.publicKey), payer);
  setValidator(state, payer, { ...validator, ownStake });
  return moved(account(payer), { kind: "stake", validator: payer, staker: payer }, amount);
}

const newValidator = (registration: NonNullable<Bond["registration"]>): Validator => ({
  ...registration,
  ownStake: 0n,
  delegatedStake: 0n,
  unbonding: 0n,
});

/** All of it, or so much that the least bond stays. */
function unbond(context: StakingContext, payer: Uint8Array, { amount }: Unbond): Staked {
  const { state } = context;
  const validator = validatorOf(state, payer);
  if (validator === null) return failed("notAValidator");
  if (amount > validator.ownStake) return failed("insufficientStake");
  const ownStake = validator.ownStake - amount;
  if (ownStake > 0n && ownStake < stakingRules(state).minimumBond) {
    return failed("belowMinimumBond");
  }
  if (!canUnbond(state, payer)) return failed("unbondingsFull");
  const unbonding = validator.unbonding + amount;
  setValidator(state, payer, { ...validator, ownStake, unbonding });
  return toUnbonding(context, payer, payer, amount);
}

function delegateStake(
  { state }: StakingContext,
  payer: Uint8Array,
  { validator: address, amount }: DelegateStake,
): Staked {
  const validator = validatorOf(state, address);
  if (validator === null) return failed("unknownValidator");
  if (validator.ownStake === 0n) return failed("validatorLeaving");
  const stakes = stakesOf(state, payer);
  const before = delegatedTo(stakes, address);
  if (before === 0n && stakes.delegations.length >= DELEGATIONS_MAX) {
    return failed("delegationsFull");
  }
  if (!lower(state, payer, amount)) return failed("insufficientBalance");
  const delegation = { validator: address, amount: before + amount };
  setStakes(state, payer, withDelegation(stakes, delegation));
  const delegatedStake = validator.delegatedStake + amount;
  setValidator(state, address, { ...validator, delegatedStake });
  return moved(account(payer), { kind: "stake", validator: address, staker: payer }, amount);
}

function undelegateStake(
  context: StakingContext,
  payer: Uint8Array,
  { validator: address, amount }: UndelegateStake,
): Staked {
  const { state } = context;
  const validator = validatorOf(state, address);
  if (validator === null) return failed("unknownValidator");
  const stakes = stakesOf(state, payer);
  const before = delegatedTo(stakes, address);
  if (amount > before) return failed("insufficientStake");
  if (!canUnbond(state, payer)) return failed("unbondingsFull");
  setStakes(state, payer, withDelegation(stakes, { validator: address, amount: before - amount }));
  setValidator(state, address, {
    ...validator,
    delegatedStake: validator.delegatedStake - amount,
    unbonding: validator.unbonding + amount,
  });
  return toUnbonding(context, payer, address, amount);
}

function toUnbonding(
  context: StakingContext,
  staker: Uint8Array,
  validator: Uint8Array,
  amount: bigint,
): Staked {
  startUnbonding(context, staker, { validator, amount });
  const place = { validator, staker };
  return moved({ kind: "stake", ...place }, { kind: "unbonding", ...place }, amount);
}

/** Whether the account has so much: then it has it no more. */
function lower(state: ChainState, address: Uint8Array, amount: bigint): boolean {
  const before = state.account(ROOT_CHAIN, address);
  if (before.balance < amount) return false;
  state.setAccount(ROOT_CHAIN, address, { ...before, balance: before.balance - amount });
  return true;
}
