// Fetches proofs and checks them against the genesis record. The checking code is loaded
// when it is used first: the curve of the certificates is more than all the rest of the client.
import { decodeBase64 } from "./base64.ts";
import { ACCOUNT_PROOF, INCLUSION_PROOF, type ProofAnswer } from "./documents.ts";
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
    return provenOf((await this.#light()).verifyInclusion(bytes, expected));
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
    return provenOf((await this.#light()).verifyAccount(bytes, expected));
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

function provenOf<T>(verdict: Verdict<T>): T {
  if (verdict.ok) return verdict.value;
  throw new ProofError(verdict.refusal);
}
