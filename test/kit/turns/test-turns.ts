import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Turn, Turns } from '../../../src/core/service/turns/turns.ts';

/** A queue of turns that is opened for each test, as one or several workers see it. */
export interface TurnsPlace {
  /** The turns as this worker sees them. In a single process there is only one. */
  open(worker: string): Promise<Turns>;
  /** Lets so much time pass. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const paris = 'https://paris.example';
const rome = 'https://rome.example';

/** What every implementation of Turns must do. */
export function testTurns(name: string, { create, workers }: { create(): TurnsPlace; readonly workers: 1 | 2 }): void {
  describe(name, () => {
    let place: TurnsPlace;
    let opened: Turns[];
    let held: Turn[];
    let a: Turns;
    let b: Turns;

    async function takeFrom(turns: Turns): Promise<string | undefined> {
      const turn = await turns.take();
      if (turn) held.push(turn);
      return turn?.account;
    }

    async function release(account: string, how?: { readonly again: boolean }): Promise<void> {
      const turn = held.find((one) => one.account === account);
      held = held.filter((one) => one !== turn);
      await turn?.release(how);
    }

    beforeEach(async () => {
      place = create();
      held = [];
      a = await place.open('a');
      b = workers === 2 ? await place.open('b') : a;
      opened = workers === 2 ? [a, b] : [a];
    });
    afterEach(async () => {
      for (const turn of held) await turn.release();
      for (const turns of opened) await turns.close();
      await place.close();
    });

    test('without a nudge it is nobody’s turn', async () => {
      expect(await takeFrom(a)).toBeUndefined();
    });

    test('a nudged account is taken once', async () => {
      await a.nudge([paris]);
      expect(await takeFrom(b)).toBe(paris);
      expect(await takeFrom(a)).toBeUndefined();
      expect(await takeFrom(b)).toBeUndefined();
    });

    test('nudges of an account that waits become one turn', async () => {
      await a.nudge([paris]);
      await b.nudge([paris, paris]);
      expect(await takeFrom(a)).toBe(paris);
      await release(paris);
      expect(await takeFrom(a)).toBeUndefined();
    });

    test('a nudge during the turn leads to another one, after it', async () => {
      await a.nudge([paris]);
      expect(await takeFrom(a)).toBe(paris);
      await b.nudge([paris]);
      expect(await takeFrom(b)).toBeUndefined();
      await release(paris);
      expect(await takeFrom(b)).toBe(paris);
    });

    test('accounts are taken in the order of their nudges, and one that somebody has holds up no other', async () => {
      await a.nudge([rome]);
      await a.nudge([paris]);
      expect(await takeFrom(a)).toBe(rome);
      await a.nudge([rome]);
      expect(await takeFrom(b)).toBe(paris);
      expect(await takeFrom(b)).toBeUndefined();
    });

    test('a turn that is given back unfinished is taken again', async () => {
      await a.nudge([paris]);
      expect(await takeFrom(a)).toBe(paris);
      await release(paris, { again: true });
      expect(await takeFrom(b)).toBe(paris);
    });

    test('a turn that is released twice is released once', async () => {
      await a.nudge([paris]);
      const first = await a.take();
      await first?.release();
      await a.nudge([paris]);
      expect(await takeFrom(b)).toBe(paris);
      await first?.release({ again: true });
      expect(await takeFrom(a)).toBeUndefined();
    });

    test('a nudge for later is taken then, and one for now changes nothing of that', async () => {
      await a.nudge([paris, rome], { afterMs: 1_000 });
      await a.nudge([rome]);
      expect(await takeFrom(a)).toBeUndefined();
      await place.pass(1_500);
      expect([await takeFrom(a), await takeFrom(b)].sort()).toEqual([paris, rome]);
    });

    test('who is alive, and which turn it has', async () => {
      await a.nudge([paris]);
      expect(await takeFrom(a)).toBe(paris);
      const seen = (await a.who()).map(({ id, isAlive, turns }) => [id, isAlive, turns.map(({ account }) => account)]);
      expect(seen).toEqual(
        workers === 2
          ? [
              ['a', true, [paris]],
              ['b', true, []],
            ]
          : [['a', true, [paris]]],
      );
      await release(paris);
      expect((await a.who()).flatMap(({ turns }) => turns)).toEqual([]);
    });

    test('whoever waits is woken by a nudge and by the end of a turn, and stops waiting when asked', async () => {
      const stop = new AbortController();
      const woken = a.wait(stop.signal);
      await a.nudge([paris]);
      await woken;
      expect(await takeFrom(a)).toBe(paris);
      const released = a.wait(stop.signal);
      await release(paris);
      await released;
      const stopped = a.wait(stop.signal);
      stop.abort(new Error('enough'));
      await expect(stopped).rejects.toThrow('enough');
    });
  });
}
