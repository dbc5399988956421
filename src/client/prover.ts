// Fetches proofs and checks them against the genesis record, with those of the epochs up to
// theirs. The checking code is loaded when it is used first: the curve of the certificates is more
// than all the rest of the client.
import { decodeBase64 } from "./base64.ts";
import {
  ACCOUNT_PROOF,
  EPOCH_PROOFS,
  type EpochProofsAnswer,
  INCLUSION_PROOF,
  type ProofAnswer,
} from "./documents.ts";
import { ProofError } from "./errors.ts";
import type { Session } from "./session.ts";
import type { LightClient, VerifiedAccount, VerifiedInclusion } from "./verify.ts";

export class Prover {
  readonly #session: Session;
  readonly #genesis: () => Promise<Uint8Array>;
  #opened: LightClient | null = null;

  /** `genesis`: the record of the session's network, checked. */
  constructor(session: Session, genesis: () => Promise<Uint8Array>) {
    this.#session = session;
    this.#genesis = genesis;
  }

  async inclusion(
    id: string,
    chain: string | null,
    signal?: AbortSignal,
  ): Promise<VerifiedInclusion | null> {
    const bytes = await this.#fetch(INCLUSION_PROOF, { id, chain }, signal);
    if (bytes === null) return null;
    const expected = { transaction: id, ...(chain === null ? {} : { chain }) };
    return this.#proven((light) => light.verifyInclusion(bytes, expected), signal);
  }

  async account(
    address: string,
    chain: string,
    stateRoundMin: number,
    signal?: AbortSignal,
  ): Promise<VerifiedAccount | null> {
    const bytes = await this.#fetch(ACCOUNT_PROOF, { address, chain }, signal);
    if (bytes === null) return null;
    const expected = { address, chain, stateRoundMin };
    return this.#proven((light) => light.verifyAccount(bytes, expected), signal);
  }

  async #proven<T>(verify: (light: LightClient) => Verdict<T>, signal?: AbortSignal): Promise<T> {
    const light = await this.#light();
    for (;;) {
      const verdict = verify(light);
      const known = light.epoch;
      if (verdict.ok || laterEpoch(verdict.refusal) <= known) return provenOf(verdict);
      await this.#followFrom(known, light, signal);
      if (light.epoch === known) return provenOf(verdict);
    }
  }

  /** learns a page of the epochs behind this one. */
  async #followFrom(after: number, light: LightClient, signal?: AbortSignal): Promise<void> {
    const { api } = this.#session;
    const answer = await api.ask<EpochProofsAnswer>(EPOCH_PROOFS, { after }, signal);
    // Another proof may have brought the first ones meanwhile.
    for (const text of answer.epochProofs.slice(light.epoch - after)) {
      const bytes = decodeBase64(text);
      if (bytes === null) throw new ProofError({ code: "EPOCH_PROOF_MALFORMED" });
      provenOf(light.follow(bytes));
    }
  }

  async #fetch(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<Uint8Array | null> {
    const { proof } = await this.#session.api.ask<ProofAnswer>(query, variables, signal);
    if (proof === null) return null;
    const bytes = decodeBase64(proof.bytes);
    if (bytes === null) throw new ProofError({ code: "PROOF_MALFORMED" });
    return bytes;
  }

  async #light(): Promise<LightClient> {
    if (this.#opened === null) {
      const [{ LightClient: Light }, genesis] = await Promise.all([
        import("./verify.ts"),
        this.#genesis(),
      ]);
      this.#opened = provenOf(Light.open(genesis, this.#session.network.id));
    }
    return this.#opened;
  }
}

type Verdict<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: { readonly code: string } };

/** The epoch that a proof is of and that is not known; 0 if it was refused for something else. */
const laterEpoch = (refusal: { readonly code: string; readonly epoch?: unknown }): number =>
  refusal.code === "PROOF_OTHER_EPOCH" ? Number(refusal.epoch) : 0;

function provenOf<T>(verdict: Verdict<T>): T {
  if (verdict.ok) return verdict.value;
  throw new ProofError(verdict.refusal);
}
