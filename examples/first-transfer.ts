// A first transfer against a running development network (`npm start`): makes two keys, asks the
// faucet for 25 tokens, sends 10 of them to the second key, and follows the transaction until it is
// FINAL. Run it with `npm run first-transfer`.
import { connect, createSigner, formatAmount, parseAmount, transfer } from "../src/client/index.ts";

const PORT = process.env.PORT ?? "8787";
const API = process.env.YGGDRASIL_URL ?? `http://localhost:${PORT}/graphql`;
const DECIMALS = 18;

const client = await connect(API);
const alice = (await createSigner()).signer;
const bob = (await createSigner()).signer;
console.log(`Alice ${alice.address}\nBob   ${bob.address}`);

console.log("Faucet: 25 tokens for Alice");
const money = await client.faucet(alice.address, parseAmount("25", DECIMALS));
await client.waitFor({ id: money, chain: "T0" }, "EXECUTED");

console.log("Transfer: 10 tokens from Alice to Bob");
const sent = await client.sender(alice).send(transfer(bob.address, parseAmount("10", DECIMALS)));
for await (const { status, code } of client.follow(sent)) {
  console.log(`  ${status} code ${code ?? "-"}`);
}

for (const [name, { address }] of Object.entries({ Alice: alice, Bob: bob })) {
  const { amount } = await client.balance(address);
  console.log(`${name} has ${formatAmount(amount, DECIMALS)} tokens: ${amount} base units`);
}
const question = {
  query: `{ account(address: "${bob.address}") { balance(chain: "T0") { amount } } }`,
};
console.log("\nAsk again at any time, also after a restart:");
console.log(`curl -s ${API} -H 'content-type: application/json' -d '${JSON.stringify(question)}'`);
