// The faucet of development networks.
import { importSigningKey, type SigningKey, signEd25519 } from "../crypto/ed25519.ts";
import { addressOf } from "../protocol/crypto/address.ts";
import { faucetSeed } from "../protocol/crypto/seat-secret.ts";
import { parseDeploymentSecret } from "../protocol/genesis/network-config.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import { gasRequired } from "../protocol/ledger/gas.ts";
import {
  TRANSACTION_VERSION,
  transactionCodec,
  transactionId,
  transactionMessage,
  type UnsignedTransaction,
  unsignedTransactionCodec,
} from "../protocol/ledger/transaction.ts";
import type { GatewayContext } from "./context.ts";
import { presentRound } from "./network-facts.ts";
import { refused, type SubmitAnswer } from "./parents.ts";
import { askChain } from "./routing.ts";
import { submit } from "./submit.ts";

/** Others can take the faucet's nonce in between. */
const FAUCET_ATTEMPTS = 5;
/** Long enough for any wait, far below the bound of. */
const FAUCET_VALID_ROUNDS = 1_000;

/** A transfer from the account that the genesis record of a development network gives funds to. */
export async function faucet(
  context: GatewayContext,
  record: ChainRecord,
  to: Uint8Array,
  amount: bigint,
): Promise<SubmitAnswer> {
  const { env, network, peers } = context;
  const secret = parseDeploymentSecret(env.DEPLOYMENT_SECRET);
  const key = await importSigningKey(faucetSeed(secret, network.genesis.name));
  const payer = addressOf(key.publicKey);
  const round = await presentRound(network, peers);
  let answer: SubmitAnswer = refused({ code: "UNKNOWN_CHAIN", chain: record.chain });
  for (let attempt = 0; attempt < FAUCET_ATTEMPTS; attempt++) {
    const balance = await askChain(context, record, (shard) => shard.balance(record.chain, payer));
    const bytes = await signTransfer(key, {
      version: TRANSACTION_VERSION,
      networkId: network.id,
      legs: [
        {
          chain: record.chain,
          gasLimit: gasRequired("transfer", 0),
          payment: {
            payer,
            sequence: { kind: "nonce", nonce: balance.nextNonce },
            gasPrice: record.gasPriceMin,
          },
        },
      ],
      payload: { kind: "transfer", to, amount },
      validUntil: round + FAUCET_VALID_ROUNDS,
      authorisations: [],
    });
    [answer = answer] = await submit(context, [bytes]);
    const { __typename } = answer;
    if (__typename === "Accepted" || !isOvertaken(answer.refusal.code)) return answer;
  }
  return answer;
}

const isOvertaken = (code: string): boolean => code === "NONCE_TAKEN" || code === "NONCE_TOO_LOW";

async function signTransfer(
  key: SigningKey,
  transaction: UnsignedTransaction,
): Promise<Uint8Array> {
  const { networkId } = transaction;
  const id = transactionId(networkId, unsignedTransactionCodec.encode(transaction));
  const signature = await signEd25519(key, transactionMessage(networkId, id));
  const signatures = [{ publicKey: key.publicKey, signature }];
  return transactionCodec.encode({ ...transaction, signatures });
}
