// Makes from schema/*.graphql what the gateway is built from: resolver types, the schema as a
// module (so that no bundler needs a rule for .graphql files), and the whole schema as one printed
// file. Also the manifest of documents/ and of the client's documents, by the SHA-256 of each text. `--check` writes nothing and fails on any difference.
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { codegen } from "@graphql-codegen/core";
import * as typescript from "@graphql-codegen/typescript";
import * as typescriptResolvers from "@graphql-codegen/typescript-resolvers";
import { buildSchema, parse, printSchema } from "graphql";
import { DOCUMENTS } from "../src/client/documents.ts";

const root = new URL("../", import.meta.url);
const HEADER = "// Made by scripts/codegen.mjs from schema/*.graphql. Do not edit.\n";
/** Only in the schema of development networks. */
const DEV_FILE = "dev.graphql";

const input = (name, type) => ({ input: type, output: name ?? type });
const parent = (name) => `../parents.ts#${name}`;

const config = {
  useTypeImports: true,
  enumsAsTypes: true,
  enumType: "string-literal",
  strictScalars: true,
  skipTypename: false,
  nonOptionalTypename: false,
  immutableTypes: true,
  contextType: "../context.ts#GatewayContext",
  resolversNonOptionalTypename: { unionMember: true, interfaceImplementingType: true },
  scalars: {
    ID: input(undefined, "string"),
    Amount: input(undefined, "bigint"),
    Bytes: input(undefined, "Uint8Array"),
    Hash: input(undefined, "Uint8Array"),
    Address: input(undefined, "Uint8Array"),
    Round: input(undefined, "number"),
    DateTime: input(undefined, "Date"),
    UInt53: input(undefined, "number"),
  },
  mappers: {
    Network: parent("NetworkParent"),
    Epoch: parent("EpochParent"),
    Shard: parent("ShardParent"),
    ValidatorSet: parent("ValidatorSetParent"),
    Validator: parent("ValidatorParent"),
    ValidatorSeat: parent("ValidatorSeatParent"),
    SplitPreview: parent("SplitPreviewParent"),
    MergePreview: parent("MergePreviewParent"),
    MergeRacer: parent("MergeRacerParent"),
    TopologyFigures: parent("TopologyFiguresParent"),
    SetRelation: parent("SetRelationParent"),
    Replica: parent("ReplicaParent"),
    Finding: parent("FindingParent"),
    InclusionEstimate: parent("EstimateParent"),
    Chain: parent("ChainParent"),
    Account: parent("AccountParent"),
    Balance: parent("BalanceParent"),
    Transaction: parent("TransactionParent"),
    Leg: parent("LegParent"),
    Movement: parent("MovementParent"),
    Block: parent("BlockParent"),
    Accepted: parent("AcceptedParent"),
    Refused: parent("RefusedParent"),
    Simulation: parent("SimulationParent"),
    SimulatedLeg: parent("SimulatedLegParent"),
    InclusionProof: parent("InclusionProofParent"),
    AccountProof: parent("AccountProofParent"),
    ProvenAccount: parent("ProvenAccountParent"),
    MerkleChainBlock: parent("MerkleChainBlockParent"),
    NotarisedHeader: parent("NotarisedHeaderParent"),
    VoidHeader: parent("VoidHeaderParent"),
    EpochChange: parent("EpochChangeParent"),
    NetworkParameters: parent("NetworkParametersParent"),
    DevMutation: parent("DevMutationParent"),
  },
};

async function generate() {
  const names = (await readdir(new URL("schema/", root))).filter((n) => n.endsWith(".graphql"));
  const read = (name) => readFile(new URL(`schema/${name}`, root), "utf8");
  const main = (
    await Promise.all(
      names
        .filter((n) => n !== DEV_FILE)
        .sort()
        .map(read),
    )
  ).join("\n");
  const dev = await read(DEV_FILE);
  const types = await codegen({
    filename: "schema-types.ts",
    documents: [],
    schema: parse(`${main}\n${dev}`),
    config,
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript, resolvers: typescriptResolvers },
  });
  const constant = (name, doc, sdl) =>
    `/** ${doc} */\nexport const ${name}: string = ${JSON.stringify(sdl)};\n`;
  return new Map([
    ["src/gateway/generated/schema-types.ts", `${HEADER}${types}\n`],
    [
      "src/gateway/generated/schema.ts",
      HEADER +
        constant("SCHEMA", "What every network offers.", main) +
        constant("DEV_SCHEMA", "What a development network offers besides.", dev),
    ],
    ["test/golden/schema.graphql", `${printSchema(buildSchema(`${main}\n${dev}`))}\n`],
  ]);
}

/** Texts by their hash, for clients that send the hash alone. */
async function persisted() {
  const names = (await readdir(new URL("documents/", root))).filter((n) => n.endsWith(".graphql"));
  const entry = (name, text) => {
    const hash = createHash("sha256").update(text).digest("hex");
    return `  // ${name}\n  [${JSON.stringify(hash)}, ${JSON.stringify(text)}],\n`;
  };
  const entries = await Promise.all(
    names
      .sort()
      .map(async (name) => entry(name, await readFile(new URL(`documents/${name}`, root), "utf8"))),
  );
  entries.push(...DOCUMENTS.map((text, i) => entry(`src/client/documents.ts, ${i + 1}`, text)));
  const type = "ReadonlyMap<string, string>";
  const text =
    "// Made by scripts/codegen.mjs from documents/*.graphql and the client's. Do not edit.\n" +
    "/** Each text by its SHA-256 in hex. */\n" +
    `export const PERSISTED_DOCUMENTS: ${type} = new Map([\n${entries.join("")}]);\n`;
  return ["src/gateway/generated/persisted-documents.ts", text];
}

const check = process.argv.includes("--check");
for (const [path, text] of [...(await generate()), await persisted()]) {
  const url = new URL(path, root);
  const before = await readFile(url, "utf8").catch(() => "");
  if (before === text) continue;
  if (check) {
    console.error(`${path} is not what schema/ and documents/ give: run \`npm run codegen\``);
    process.exitCode = 1;
  } else {
    await writeFile(url, text);
    console.log(`Wrote ${path}`);
  }
}
