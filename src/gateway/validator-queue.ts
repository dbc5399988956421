// R-11.2: who waits for a seat. T0's shard has all validators by stake; who holds a seat the epoch says. A page costs what it holds and
// the validators with seats that are passed on the way: of n seats at most n / 500 calls beside the first.
import type { ValidatorPlace, ValidatorView } from "../actors/rpc.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import { isCandidate } from "../protocol/staking/validator.ts";
import { askStaking } from "./ask-staking.ts";
import type { GatewayContext } from "./context.ts";
import { QUEUE_STEP_VALIDATORS } from "./limits.ts";
import { placeOf } from "./validator-cursor.ts";

/** Those behind a place, by stake, at most so many. */
type ReadValidators = (
  after: ValidatorPlace | null,
  limit: number,
) => Promise<readonly ValidatorView[]>;

/** The first so many that wait behind the place. `step`: how many validators are read at once. */
export async function waitingValidators(
  read: ReadValidators,
  isSeated: (validator: ValidatorView) => boolean,
  { after, count }: { readonly after: ValidatorPlace | null; readonly count: number },
  step: number = QUEUE_STEP_VALIDATORS,
): Promise<readonly ValidatorView[]> {
  const waiting: ValidatorView[] = [];
  for (let place = after; waiting.length < count; ) {
    const validators = await read(place, step);
    waiting.push(...validators.filter((one) => isCandidate(one) && !isSeated(one)));
    const last = validators.at(-1);
    if (last === undefined || validators.length < step) break;
    place = placeOf(last);
  }
  return waiting.slice(0, count);
}

export const queueBehind = (
  context: GatewayContext,
  after: ValidatorPlace | null,
  count: number,
): Promise<readonly ValidatorView[]> =>
  waitingValidators(
    (behind, limit) =>
      askStaking<"validators">(context, { kind: "validators", after: behind, limit }),
    ({ publicKey }) => context.network.seatsOf(toHex(publicKey)).length > 0,
    { after, count },
  );
