// What is staked, as a stranger with the API alone can write it down.
import type { Observation, ObservedGenesis } from "../../src/simulator/checkers/observation.ts";
import { type Asked, insist, insistMany } from "./insist.ts";

interface ValidatorFacts {
  readonly address: string;
  readonly publicKey: string;
  readonly commission: number;
  readonly ownStake: string;
  readonly delegatedStake: string;
  readonly unbonding: string;
}

const VALIDATORS =
  "validators(first: 100) { nodes { address publicKey commission ownStake delegatedStake unbonding } }";

const validatorsIn = (data: Record<string, unknown>): readonly ValidatorFacts[] =>
  (data.validators as { readonly nodes: readonly ValidatorFacts[] }).nodes;

/** What a network begins with that nobody has used. */
export async function genesisStaking(
  asked: Asked,
): Promise<Pick<ObservedGenesis, "staking" | "validators">> {
  const data = await insist(
    asked,
    `{ network { parameters { minimumBond unbondingRounds } } ${VALIDATORS} }`,
  );
  const { parameters } = data.network as unknown as {
    readonly parameters: { readonly minimumBond: string; readonly unbondingRounds: number };
  };
  return {
    staking: { ...parameters, minimumBond: BigInt(parameters.minimumBond) },
    validators: validatorsIn(data).map(({ address, publicKey, commission, ownStake }) => ({
      address,
      key: publicKey,
      commission,
      bond: BigInt(ownStake),
    })),
  };
}

interface StakesFacts {
  readonly delegations: readonly { readonly validator: string; readonly amount: string }[];
  readonly unbondings: readonly {
    readonly validator: string;
    readonly amount: string;
    readonly releaseRound: number;
  }[];
}

export async function readStakes(
  asked: Asked,
  addresses: readonly string[],
): Promise<Pick<Observation, "validators" | "stakes">> {
  const validators = validatorsIn(await insist(asked, `{ ${VALIDATORS} }`));
  const answers = await insistMany<StakesFacts>(
    asked,
    addresses.map(
      (address) =>
        `account(address: "${address}") { delegations { validator amount } unbondings { validator amount releaseRound } }`,
    ),
  );
  return {
    validators: validators.map((one) => ({
      address: one.address,
      key: one.publicKey,
      commission: one.commission,
      own: BigInt(one.ownStake),
      delegated: BigInt(one.delegatedStake),
      unbonding: BigInt(one.unbonding),
    })),
    stakes: addresses.flatMap((staker, i) => {
      const { delegations = [], unbondings = [] } = answers[i] ?? {};
      return [...delegations.map((one) => ({ ...one, releaseRound: null })), ...unbondings].map(
        (one) => ({ ...one, staker, amount: BigInt(one.amount) }),
      );
    }),
  };
}
