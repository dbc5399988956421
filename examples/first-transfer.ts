// A first transfer against a running development network (`npm start`): makes a key, asks the faucet for 25 tokens, sends 10 of
// them to a second key, and follows the transaction until it is FINAL. Run it with `npm run first-transfer`.
import { addressBytes, createSigner, signTransaction } from "../src/client/index.ts";

const PORT = process.env.PORT ?? "8787";
const API = process.env.YGGDRASIL_URL ?? `http://localhost:${PORT}/graphql`;
const ONE_TOKEN = 10n ** 18n;

async function graphql<Data>(
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const response = await fetch(API, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as {
    data?: Data;
    errors?: readonly { message: string }[];
  };
  if (errors !== undefined || data === undefined) {
    throw new Error(errors?.map(({ message }) => message).join("\n") ?? "No data");
  }
  return data;
}

type SubmitResult =
  | { readonly __typename: "Accepted"; readonly id: string }
  | { readonly __typename: "Refused"; readonly code: string; readonly message: string };

function idOf(result: SubmitResult): string {
  if (result.__typename === "Refused") throw new Error(`${result.code}: ${result.message}`);
  return result.id;
}

/** Asks until the transaction has the status; a subscription would be told instead. */
async function until(id: string, status: string): Promise<void> {
  const query = 'query ($id: Hash!) { transaction(id: $id, chain: "T0") { status code reason } }';
  for (;;) {
    const { transaction } = await graphql<{
      transaction: { status: string; code: number | null; reason: string | null };
    }>(query, { id });
    console.log(`  ${transaction.status} code ${transaction.code ?? "-"}`);
    if (transaction.status === status || transaction.status === "FINAL") return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

const alice = await createSigner();
const bob = await createSigner();
console.log(`Alice ${alice.signer.address}\nBob   ${bob.signer.address}`);

console.log("Faucet: 25 tokens for Alice");
const { dev } = await graphql<{ dev: { faucet: SubmitResult } }>(
  `mutation ($address: Address!, $amount: Amount!) {
     dev { faucet(address: $address, chain: "T0", amount: $amount) {
       __typename ... on Accepted { id } ... on Refused { code message } } } }`,
  { address: alice.signer.address, amount: String(25n * ONE_TOKEN) },
);
await until(idOf(dev.faucet), "EXECUTED");

const { network, chain } = await graphql<{
  network: { id: string; round: number };
  chain: { gasPriceMin: string };
}>('{ network { id round } chain(id: "T0") { gasPriceMin } }');

console.log("Transfer: 10 tokens from Alice to Bob");
const transfer = await signTransaction({
  networkId: Buffer.from(network.id.slice(2), "hex"),
  chain: "T0",
  signer: alice.signer,
  nonce: 0,
  gasPrice: BigInt(chain.gasPriceMin),
  validUntil: network.round + 1_000,
  payload: { kind: "transfer", to: addressBytes(bob.signer.address), amount: 10n * ONE_TOKEN },
});
const { submitTransaction } = await graphql<{ submitTransaction: SubmitResult }>(
  `mutation ($transaction: Bytes!) { submitTransaction(transaction: $transaction) {
     __typename ... on Accepted { id } ... on Refused { code message } } }`,
  { transaction: Buffer.from(transfer.bytes).toString("base64") },
);
await until(idOf(submitTransaction), "FINAL");

const balances = await graphql<Record<"alice" | "bob", { balance: { amount: string } | null }>>(
  `query ($alice: Address!, $bob: Address!) {
     alice: account(address: $alice) { balance(chain: "T0") { amount } }
     bob: account(address: $bob) { balance(chain: "T0") { amount } } }`,
  { alice: alice.signer.address, bob: bob.signer.address },
);
console.log(
  `Alice has ${balances.alice.balance?.amount}, Bob has ${balances.bob.balance?.amount} base units`,
);
const question = {
  query: `{ account(address: "${bob.signer.address}") { balance(chain: "T0") { amount } } }`,
};
console.log("\nAsk again at any time, also after a restart:");
console.log(`curl -s ${API} -H 'content-type: application/json' -d '${JSON.stringify(question)}'`);
