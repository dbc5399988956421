// The executable schemas: one for every network, one more with the development operations. On a
// network that is not for development the fields do not exist at all.
import type { GraphQLSchema } from "graphql";
import { createSchema } from "graphql-yoga";
import type { GatewayContext } from "./context.ts";
import { DEV_SCHEMA, SCHEMA } from "./generated/schema.ts";
import type { Resolvers } from "./generated/schema-types.ts";
import { devResolvers } from "./resolvers/dev.ts";
import { ledgerResolvers } from "./resolvers/ledger.ts";
import { networkResolvers } from "./resolvers/network.ts";
import { proofResolvers } from "./resolvers/proofs.ts";
import { saturationResolvers } from "./resolvers/saturation.ts";
import { submissionResolvers } from "./resolvers/submission.ts";
import { subscriptionResolvers } from "./resolvers/subscriptions.ts";
import { timetableResolvers } from "./resolvers/timetable.ts";
import { topologyResolvers } from "./resolvers/topology.ts";
import { transactionResolvers } from "./resolvers/transaction.ts";
import { validatorSetResolvers } from "./resolvers/validator-sets.ts";
import { validatorResolvers } from "./resolvers/validators.ts";
import { scalars } from "./scalars.ts";

const resolvers: Resolvers[] = [
  scalars,
  networkResolvers,
  validatorSetResolvers,
  validatorResolvers,
  timetableResolvers,
  ledgerResolvers,
  transactionResolvers,
  proofResolvers,
  saturationResolvers,
  topologyResolvers,
  submissionResolvers,
  subscriptionResolvers,
];

export function gatewaySchema(development: boolean): GraphQLSchema {
  return createSchema<GatewayContext>({
    typeDefs: development ? [SCHEMA, DEV_SCHEMA] : [SCHEMA],
    resolvers: development ? [...resolvers, devResolvers] : resolvers,
  });
}
