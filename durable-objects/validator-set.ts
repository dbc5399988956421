// A validator set's object: hosted seats over one replica.

import { hostedSeats } from "../src/actors/hosted-seats.ts";
import { ValidatorSet } from "../src/actors/validator-set.ts";
import { allSeats } from "../src/protocol/consensus/seats.ts";
import { parseDeploymentSecret } from "../src/protocol/genesis/network-config.ts";
import { type ActorContext, ActorObject } from "./actor-object.ts";

export class ValidatorSetObject extends ActorObject<ValidatorSet> {
  protected override create(context: ActorContext, name: string): ValidatorSet {
    const set = Number(name.slice("set-".length));
    const { genesis, epoch } = context.network;
    const seats = allSeats(epoch.sets.find((record) => record.set === set)?.seats.length ?? 0);
    const secret = parseDeploymentSecret(this.env.DEPLOYMENT_SECRET);
    const hosted = hostedSeats(secret, genesis.name, epoch.epoch, set, seats);
    return new ValidatorSet({ ...context, seats: hosted }, set);
  }
}
