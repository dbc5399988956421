import { describe, expect, it } from "vitest";
import { parseCommand, UsageError } from "../../src/load/arguments.ts";

const optionsOf = (text: string, port?: string) => {
  const command = parseCommand(text === "" ? [] : text.split(" "), port);
  if (command.kind !== "run") throw new Error("No run");
  return command.options;
};

describe("the arguments of a load", () => {
  it("have defaults", () => {
    expect(optionsOf("")).toEqual({
      url: "http://localhost:8787/graphql",
      tps: 200,
      chains: 4,
      zipf: 1.1,
      trades: 0.3,
      accounts: 200,
      seed: "load",
      seconds: null,
    });
    expect(optionsOf("", "9000").url).toBe("http://localhost:9000/graphql");
    expect(optionsOf("--chains 1").trades).toBe(0);
  });

  it("are read", () => {
    const text =
      "--url https://example.org/graphql --tps 2000 --chains 12 --zipf 0.9 --trades .5 --accounts 40 --seed x --seconds 9";
    expect(optionsOf(text)).toEqual({
      url: "https://example.org/graphql",
      tps: 2_000,
      chains: 12,
      zipf: 0.9,
      trades: 0.5,
      accounts: 40,
      seed: "x",
      seconds: 9,
    });
    expect(parseCommand(["-h"])).toEqual({ kind: "help" });
  });

  it.each([
    ["--tps 0", '--tps "0": give a whole number from 1 to 20,000'],
    ["--tps 1.5", '--tps "1.5": give a whole number from 1 to 20,000'],
    ["--chains 201", '--chains "201": give a whole number from 1 to 200'],
    ["--zipf -1", "zipf"],
    ["--zipf=-1", '--zipf "-1": give a number from 0 to 10'],
    ["--trades 2", '--trades "2": give a number from 0 to 1'],
    ["--accounts 3", '--accounts "3": give a whole number from 4 to 5,000'],
    ["--accounts 5000 --chains 200", '--accounts "5000": with 200 chains give at most 250'],
    ["--chains 1 --trades 0.1", '--trades "0.1": a trade needs two chains'],
    ["--seconds 0", '--seconds "0": give a whole number from 1 to 1,000,000'],
    ["--url ftp://a", '--url "ftp://a": give the URL of an API'],
    ["--url nowhere", '--url "nowhere": give the URL of an API'],
    ["--rate 5", "--rate"],
    ["5", "5"],
  ])("refuse %s", (text, message) => {
    expect(() => parseCommand(text.split(" "))).toThrow(UsageError);
    expect(() => parseCommand(text.split(" "))).toThrow(message);
  });
});
