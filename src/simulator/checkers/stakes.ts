// R-11.1 at the end: every validator, delegation and amount on its way back is as the blocks give it.
import { executedRound } from "./history.ts";
import type { Checker, Observation, ObservedStake } from "./observation.ts";
import { type PlainStake, withValidator } from "./plain-stakes.ts";
import { replayOf } from "./replay.ts";

/** T0. */
const ROOT = 0;

export const stakes: Checker = (observation) => {
  const { ledger } = replayOf(observation);
  const shard = ledger.chains.get(ROOT)?.record.shard ?? 0;
  const given = ledger.stakes.at(executedRound(observation, shard));
  const expected = [...validatorLines(given), ...stakerLines(given)].sort();
  const seen = observedLines(observation).sort();
  return [
    ...seen
      .filter((line) => !expected.includes(line))
      .map((line) => `R-11.1 T0 has what the blocks do not give: ${line}`),
    ...expected
      .filter((line) => !seen.includes(line))
      .map((line) => `R-11.1 T0 has not what the blocks give: ${line}`),
  ];
};

const validatorLine = (one: Observation["validators"][number]): string =>
  `validator ${one.address} with key ${one.key}, commission ${one.commission}, ${one.own} of its own, ${one.delegated} delegated, ${one.unbonding} unbonding`;

const validatorLines = (stake: PlainStake): string[] =>
  [...stake.validators].map(([address, { key, commission, own }]) =>
    validatorLine({ address, key, commission, own, ...withValidator(stake, address) }),
  );

const stakeLine = ({ staker, validator, amount, releaseRound }: ObservedStake): string =>
  `${amount} of ${staker} with ${validator}${releaseRound === null ? "" : `, back in round ${releaseRound}`}`;

function stakerLines({ delegated, unbondings }: PlainStake): string[] {
  const delegations = [...delegated].map(([name, amount]) => {
    const [staker = "", validator = ""] = name.split(" ");
    return stakeLine({ staker, validator, amount, releaseRound: null });
  });
  return [...delegations, ...unbondings.map(stakeLine)];
}

const observedLines = ({ validators, stakes: all }: Observation): string[] => [
  ...validators.map(validatorLine),
  ...all.map(stakeLine),
];
