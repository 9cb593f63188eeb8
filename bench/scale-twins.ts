import { type Sandbox, startSandbox } from '../src/sandbox/index.ts';

export interface ScaleTwinsRequest {
  readonly accounts: number;
}

/** Empty companies and helpdesks, many of them, in a process of their own. Answers with one configuration for each. */
process.on('message', async ({ accounts }: ScaleTwinsRequest) => {
  const boxes: Sandbox[] = [];
  for (let n = 0; n < accounts; n += 1) boxes.push(await startSandbox({ customers: 0, users: 0 }));
  process.send?.(boxes.map((box) => box.configText()));
});
process.on('disconnect', () => process.exit(0));
