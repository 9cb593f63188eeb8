import { call } from '../api/call.ts';
import { keep } from '../api/tasks.ts';
import type { Connection } from '../api/types.ts';
import { Act } from '../components/act.tsx';

interface Props {
  readonly pipeline: string;
  readonly of: Connection;
  onChange(): void;
}

/** Signs in again, or ends the connection. */
export function ConnectionActs({ pipeline, of: { side, title, state }, onChange }: Props) {
  const path = { pipeline, side };
  const isConnected = state === 'connected';
  return (
    <div class="row acts">
      <Act
        label={isConnected ? 'Reconnect' : 'Connect'}
        kind={isConnected ? 'plain' : 'primary'}
        confirm={{
          title: `Connect ${title}?`,
          body: 'You sign in at the other side and allow the access. Its tokens are stored encrypted in the state, and replace those that are there.',
          action: 'Begin',
        }}
        run={async () => {
          keep(await call('startConnect', { path, body: {} }));
          return 'The sign-in waits for you';
        }}
      />
      <Act
        label="Disconnect"
        kind="plain"
        unavailable={isConnected ? undefined : 'It is not connected by a sign-in.'}
        confirm={{
          title: `Disconnect ${title}?`,
          body: 'The access ends at the vendor, and its tokens are forgotten here. Runs fail until somebody connects again.',
          isDanger: true,
        }}
        run={async () => {
          await call('disconnect', { path, body: {} });
          onChange();
          return `${title} is disconnected`;
        }}
      />
    </div>
  );
}
