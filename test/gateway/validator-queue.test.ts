import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ValidatorPlace, ValidatorView } from "../../src/actors/rpc.ts";
import { waitingValidators } from "../../src/gateway/validator-queue.ts";
import { compareBytes } from "../../src/protocol/encoding/bytes.ts";
import { auction } from "../../src/protocol/topology/seats.ts";

interface Bonded {
  readonly stake: number;
  readonly isSeated: boolean;
  readonly isLeaving: boolean;
}

/** Of one that is leaving all stake is what others delegated. */
const viewOf = ({ stake, isLeaving }: Bonded, place: number): ValidatorView => ({
  address: new Uint8Array(20).fill(255 - place),
  publicKey: new Uint8Array(96).fill(place),
  proofOfPossession: new Uint8Array(48),
  commission: 0,
  ownStake: isLeaving ? 0n : BigInt(stake),
  delegatedStake: isLeaving ? BigInt(stake) : 0n,
  unbonding: 0n,
});

const stakeOf = ({ ownStake, delegatedStake }: ValidatorView): bigint => ownStake + delegatedStake;

describe("the walk along all validators to those that wait", () => {
  const bonded = fc.array(
    fc.record({
      stake: fc.integer({ min: 1, max: 9 }),
      isSeated: fc.boolean(),
      isLeaving: fc.boolean(),
    }),
    { maxLength: 40 },
  );

  it("R-11.2 finds them in the order in which the auction seats them, whatever the pages and steps", async () => {
    await fc.assert(
      fc.asyncProperty(
        bonded,
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 7 }),
        async (all, count, step) => {
          const views = all.map(viewOf);
          const seated = new Set(views.filter((_, i) => all[i]?.isSeated));
          const ordered = views.toSorted((a, b) =>
            stakeOf(a) === stakeOf(b)
              ? compareBytes(a.address, b.address)
              : Number(stakeOf(b) - stakeOf(a)),
          );
          const read = async (after: ValidatorPlace | null, limit: number) => {
            const from =
              after === null
                ? 0
                : ordered.findIndex((one) => compareBytes(one.address, after.address) === 0) + 1;
            return ordered.slice(from, from + limit);
          };
          const found: ValidatorView[] = [];
          for (let after: ValidatorPlace | null = null; ; ) {
            const page: readonly ValidatorView[] = await waitingValidators(
              read,
              (one) => seated.has(one),
              { after, count },
              step,
            );
            found.push(...page);
            const last = page.at(-1);
            if (last === undefined || page.length < count) break;
            after = { stake: stakeOf(last), address: last.address };
          }
          const waiting = views.filter((one) => one.ownStake > 0n && !seated.has(one));
          const { seated: expected } = auction(
            waiting.map((one) => ({ address: one.address, stake: stakeOf(one) })),
            waiting.length,
          );
          expect(found.map(({ address }) => address)).toEqual(
            expected.map(({ address }) => address),
          );
        },
      ),
    );
  });

  it("reads no more than it needs: a full page, or the end", async () => {
    const views = Array.from({ length: 10 }, (_, i) =>
      viewOf({ stake: 9, isSeated: false, isLeaving: false }, 10 - i),
    );
    let reads = 0;
    const read = async (after: ValidatorPlace | null, limit: number) => {
      reads += 1;
      const from = after === null ? 0 : views.findIndex((one) => one.address === after.address) + 1;
      return views.slice(from, from + limit);
    };
    const nobody = () => false;
    expect(await waitingValidators(read, nobody, { after: null, count: 4 }, 4)).toHaveLength(4);
    expect(reads).toBe(1);
    expect(await waitingValidators(read, () => true, { after: null, count: 4 }, 4)).toEqual([]);
    expect(reads).toBe(1 + 3);
  });
});
