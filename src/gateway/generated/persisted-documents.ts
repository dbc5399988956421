// Made by scripts/codegen.mjs from documents/*.graphql. Do not edit.
/** Each text by its SHA-256 in hex. */
export const PERSISTED_DOCUMENTS: ReadonlyMap<string, string> = new Map([
  // balance.graphql
  ["b18be28502b90ee6c69de56f26326375a0683fd475ef71da5e83d4e8942732cd", "query Balance($address: Address!, $chain: ID!) {\n  account(address: $address) {\n    balance(chain: $chain) {\n      amount\n      spendable\n      nextNonce\n    }\n  }\n}\n"],
  // follow-transaction.graphql
  ["37eec91642789df8c87e37855c8b72bb2894010dd04a31ccdb6a355b194fec12", "subscription FollowTransaction($id: Hash!, $chain: ID!, $after: String) {\n  transaction(id: $id, chain: $chain, after: $after) {\n    status\n    code\n    reason\n    cursor\n  }\n}\n"],
  // network.graphql
  ["17f072de9937f8c910451b50d17c234492ac8496933c24c40b3f5ad38ce18a1e", "query Network {\n  network {\n    id\n    name\n    clock\n    round\n    roundMs\n    parameters {\n      gas {\n        payload\n        gas\n      }\n      gasPerAuthorisation\n    }\n  }\n}\n"],
  // submit-transaction.graphql
  ["df1e1e39d10d24d91082c22377df63681d869659436ade08f916ac03569b07d4", "mutation SubmitTransaction($transaction: Bytes!) {\n  submitTransaction(transaction: $transaction) {\n    ... on Accepted {\n      id\n      estimate {\n        round\n        time\n      }\n    }\n    ... on Refused {\n      code\n      message\n      retryable\n    }\n  }\n}\n"],
]);
