// A validator set's object: hosted seats over one replica.

import type { ActorContext } from "../src/actors/actor-host.ts";
import { hostedSeats } from "../src/actors/hosted-seats.ts";
import type { Network } from "../src/actors/network.ts";
import type { SetStatus, ValidatorSetRpc } from "../src/actors/rpc.ts";
import { setStatus } from "../src/actors/statuses.ts";
import { ValidatorSet } from "../src/actors/validator-set.ts";
import { allSeats } from "../src/protocol/consensus/seats.ts";
import { publicKeyOf } from "../src/protocol/crypto/bls.ts";
import { deriveSeatSecret } from "../src/protocol/crypto/seat-secret.ts";
import { equalBytes } from "../src/protocol/encoding/bytes.ts";
import { ConfigError, parseDeploymentSecret } from "../src/protocol/genesis/network-config.ts";
import type { ValidatorSetRecord } from "../src/protocol/rounds/epoch.ts";
import { ActorObject } from "./actor-object.ts";

const numberOf = (name: string): number => Number(name.slice("set-".length));

export class ValidatorSetObject extends ActorObject<ValidatorSet> implements ValidatorSetRpc {
  protected override create(context: ActorContext, name: string): ValidatorSet {
    const set = numberOf(name);
    const { genesis } = context.network;
    const { epoch } = genesis.epoch;
    const record = context.network.setRecord(set);
    const seats = allSeats(record?.seats.length ?? 0);
    const secret = parseDeploymentSecret(this.env.DEPLOYMENT_SECRET);
    const place = { networkName: genesis.name, epoch, set, seat: 0 };
    const seat = record?.seats[0];
    // With another secret every vote would be void, and the network would stand still without a word.
    if (
      seat !== undefined &&
      !equalBytes(publicKeyOf(deriveSeatSecret(secret, place)), seat.publicKey)
    ) {
      throw new ConfigError(
        "Cannot host the seats: DEPLOYMENT_SECRET is not the one that this network was made with",
      );
    }
    const hosted = hostedSeats(secret, genesis.name, epoch, set, seats);
    return new ValidatorSet({ ...context, seats: hosted, others: [] }, set);
  }

  async status(): Promise<SetStatus> {
    if (this.isUntouched) return { replicas: [], findings: [] };
    return (await this.opened()).runner.read(setStatus);
  }

  protected override setsOf(network: Network, name: string): readonly ValidatorSetRecord[] {
    return network.setsSeenBy(numberOf(name));
  }
}
