// A network of your own for tests: the real Worker in workerd, state on disk, funded accounts, and a clock that you can hold.
export { createTestNetwork, type TestNetwork, type TestNetworkOptions } from "./test-network.ts";
export type {
  TestAccount,
  TestAccountOptions,
  TestChainOptions,
  TestStakingOptions,
} from "./test-options.ts";
