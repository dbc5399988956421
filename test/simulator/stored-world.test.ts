import { describe, expect, it } from "vitest";
import { briefOptions, QUIET, readWorld } from "../../src/simulator/stored-world.ts";
import { drawOptions } from "../../src/simulator/world-options.ts";

describe("a stored world", () => {
  it("is a quiet one but for what it says", () => {
    const { options } = readWorld(
      '{ "seed": 7, "faults": { "late": 0.2 }, "load": { "clients": 2 } }',
    );
    expect(options).toEqual({
      ...QUIET,
      seed: 7,
      faults: { ...QUIET.faults, late: 0.2 },
      load: { ...QUIET.load, clients: 2 },
    });
  });

  it("has a name and what it found, with its options below", () => {
    const stored = readWorld('{ "name": "a", "found": "b", "options": { "seed": 1 } }');
    expect(stored).toEqual({ name: "a", found: "b", options: { ...QUIET, seed: 1 } });
  });

  it("comes back as it was, whatever the seed drew", () => {
    for (let seed = 0; seed < 300; seed++) {
      const options = drawOptions(seed);
      expect(readWorld(JSON.stringify(briefOptions(options))).options).toEqual(options);
    }
  });

  it("says only what is not quiet", () => {
    expect(briefOptions(QUIET)).toEqual({ seed: 0 });
    const faults = { ...QUIET.faults, pause: 0.5 };
    expect(briefOptions({ ...QUIET, seed: 3, faults })).toEqual({
      seed: 3,
      faults: { pause: 0.5 },
    });
  });

  it.each([
    ["{", "Cannot read a world: "],
    ["[]", "no JSON object"],
    ['{ "options": 3 }', '"options" is no object'],
    ['{ "seat": 4 }', 'no option "seat", only seed, shards, placement, seats'],
    ['{ "faults": { "lat": 1 } }', 'no option "faults.lat", only requestLost'],
    ['{ "chains": "2" }', '"chains" is "2", no number'],
    ['{ "voters": {} }', '"voters" is {}, no list'],
    ['{ "load": null }', '"load" is null, no object'],
    ['{ "mempool": 4 }', '"mempool" is 4, no null'],
    ['{ "seats": 7 }', '"voters" [[0,1,2,3]] are not the 7 seats, each once'],
    ['{ "voters": [[0, 1], [1, 3]] }', "are not the 4 seats, each once"],
    [
      '{ "byzantine": [{ "set": 1, "voter": 1, "behaviour": "silent" }] }',
      "no voter 1 to be silent",
    ],
    [
      '{ "voters": [[0], [1, 2, 3]], "plainSets": [1], "byzantine": [{ "set": 1, "voter": 0, "behaviour": "silent" }] }',
      "set 1 is plain and has a faulty voter",
    ],
    ['{ "shards": 2, "placement": [0, 2] }', "no shard 2 for a chain, only 2"],
    [
      '{ "shards": 3, "byzantine": [{ "set": 4, "voter": 0, "behaviour": "silent" }] }',
      "no set 4 with a silent voter",
    ],
    [
      '{ "byzantine": [{ "set": 1, "voter": 0, "behaviour": "silent" }] }',
      "more than 1 of 4 seats",
    ],
  ])("is refused with what is wrong: %s", (text, message) => {
    expect(() => readWorld(text)).toThrow(message);
  });
});
