import { type SandboxOptions, startSandbox } from '../src/sandbox/index.ts';

/** The twins in a process of their own, so that their work is not counted. Steered by messages from the parent. */
export type TwinsRequest = { readonly ask: 'start'; readonly options: SandboxOptions } | { readonly ask: 'requests' };
export interface TwinsReply {
  readonly config?: string;
  readonly quickbooks?: Readonly<Record<string, number>>;
  readonly zendesk?: Readonly<Record<string, number>>;
  /** How long each of Zendesk's jobs took once it was begun, in ms, in the order in which they were queued. */
  readonly jobTimes?: readonly number[];
}

let box: Awaited<ReturnType<typeof startSandbox>> | undefined;

process.on('message', async (request: TwinsRequest) => {
  if (request.ask === 'start') {
    box = await startSandbox(request.options);
    process.send?.({ config: box.configText() } satisfies TwinsReply);
    return;
  }
  if (!box) return;
  const reply: TwinsReply = {
    quickbooks: box.quickbooks.requests().byRoute,
    zendesk: box.zendesk.requests().byRoute,
    jobTimes: [...box.zendesk.jobWorkTimes()],
  };
  box.quickbooks.resetRequests();
  box.zendesk.resetRequests();
  process.send?.(reply);
});
process.on('disconnect', () => process.exit(0));
